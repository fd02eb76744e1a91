'use strict'
// The streaming methods of the Echo service by @grpc/grpc-js.

const grpc = require('@grpc/grpc-js')
const { sleep } = require('./table')

const LIMIT = 2n ** 64n
let cancelled = 0

/** Writes an item, and waits for a reader that is slow. */
function send(call, result) {
  if (call.write({ result })) return
  return new Promise((resolve) => call.once('drain', resolve))
}

async function count(call) {
  call.once('cancelled', () => { cancelled += 1 })
  const { n, interval_millis: interval } = call.request
  for (let number = 0; number < Number(n) && !call.cancelled; number += 1) {
    if (number && Number(interval)) await sleep(Number(interval))
    await send(call, number)
  }
  const trailers = new grpc.Metadata()
  trailers.set('x-counted', n)
  call.end(trailers)
}

function collect(call, callback) {
  let total = 0n
  call.on('data', ({ values }) => {
    total += BigInt(values)
    if (total >= LIMIT) callback({ code: grpc.status.OUT_OF_RANGE, details: 'the sum is beyond 64 bits' })
  })
  call.on('end', () => total < LIMIT && callback(null, { result: String(total) }))
}

function chat(call) {
  call.once('cancelled', () => { cancelled += 1 })
  call.on('data', ({ lines }) => call.write({ result: lines.toUpperCase() }))
  call.on('end', () => call.end())
}

/** `details(failure)` are the bytes of google.rpc.Status. */
function failAfter(details) {
  return async (call) => {
    const { n } = call.request
    for (let number = 0; number < Number(n); number += 1) await send(call, number)
    const message = `nothing has the id ${n}`
    const value = { Typed: { id: Number(n) } }
    const failure = { code: 'NOT_FOUND', message, details: [{ type: 'polyrpc.conformance.v1.EchoError', value }] }
    const metadata = new grpc.Metadata()
    metadata.set('grpc-status-details-bin', details(failure))
    call.emit('error', { code: grpc.status.NOT_FOUND, details: message, metadata })
  }
}

const observed = (call, callback) => callback(null, { result: String(cancelled) })

module.exports = (details) => ({
  Count: count, Collect: collect, Chat: chat, FailAfter: failAfter(details), ObservedCancellations: observed
})
