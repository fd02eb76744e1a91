'use strict'
// @grpc/grpc-js streams with a server of the conformance program: `grpc_stream_client.js --proto-dir DIR ENDPOINT`.

const assert = require('node:assert')
const { once } = require('node:events')
const grpc = require('@grpc/grpc-js')
const { CODES, Suite, failure, parseArguments, sleep } = require('./table')
const wire = require('./grpc_wire')

const options = parseArguments()
const pack = wire.load(options.protoDir)
const client = new pack.Echo(options.endpoint.replace('tcp://', ''), grpc.credentials.createInsecure())
const suite = new Suite()

const within = (millis) => ({ deadline: Date.now() + millis })
const count = (n, interval, deadline = 30_000) => client.Count({ n, interval_millis: interval }, within(deadline))

/** All results of a stream of replies; it fails with what came before in `seen`. */
async function results(call) {
  const seen = []
  try {
    for await (const { result } of call) seen.push(result)
  } catch (error) {
    throw Object.assign(error, { seen })
  }
  return seen
}

function collect(write) {
  return new Promise((resolve, reject) => {
    const call = client.Collect(within(10_000), (error, reply) => (error ? reject(error) : resolve(reply.result)))
    write(call)
  })
}

const observed = () => new Promise((resolve, reject) =>
  client.ObservedCancellations({}, within(10_000), (error, reply) => (error ? reject(error) : resolve(Number(reply.result)))))

async function observedSoon(number) {
  const ends = Date.now() + 100
  let seen
  while ((seen = await observed()) < number) assert.ok(Date.now() < ends, `only ${seen} of ${number} after 100 ms`)
  assert.strictEqual(seen, number)
}

suite.add('a stream of replies', async () => {
  assert.deepStrictEqual(await results(count(1000)), Array.from({ length: 1000 }, (_, i) => String(i)))
  assert.deepStrictEqual(await results(count(0)), [])
})

suite.add('a stream of requests', async () => {
  const sum = await collect((call) => {
    for (let i = 0; i < 1000; i += 1) call.write({ values: i })
    call.end()
  })
  assert.strictEqual(sum, '499500')
  assert.strictEqual(await collect((call) => call.end()), '0')
})

suite.add('both ways, line by line', async () => {
  const call = client.Chat(within(10_000))
  for (const said of ['one', '', 'zwölf']) {
    const heard = once(call, 'data')
    call.write({ lines: said })
    const [{ result }] = await heard
    assert.strictEqual(result, said.toUpperCase())
  }
  const status = once(call, 'status')
  call.end()
  assert.strictEqual((await status)[0].code, CODES.OK)
})

suite.add('a typed error behind the messages', async () => {
  const error = await failure(() => results(client.FailAfter({ n: 3 }, within(10_000))))
  assert.strictEqual(error.code, CODES.NOT_FOUND)
  assert.deepStrictEqual(error.seen, ['0', '1', '2'])
  const [details] = error.metadata.get('grpc-status-details-bin')
  assert.ok(details.includes('type.googleapis.com/polyrpc.conformance.v1.EchoError'))
})

suite.add('a failure while requests are sent', async () => {
  const error = await failure(() => collect((call) => {
    call.write({ values: '18446744073709551615' })
    const timer = setInterval(() => call.write({ values: 1 }), 1)
    call.on('status', () => clearInterval(timer))
  }))
  assert.strictEqual(error.code, CODES.OUT_OF_RANGE, error.message)
})

suite.add('a cancelled stream is observed', async () => {
  const before = await observed()
  const call = count(1_000_000, 1)
  const ended = once(call, 'error')
  await once(call, 'data')
  call.cancel()
  assert.strictEqual((await ended)[0].code, CODES.CANCELLED)
  await observedSoon(before + 1)
})

suite.add('a deadline within a stream', async () => {
  const before = await observed()
  const error = await failure(() => results(count(1_000_000, 20, 300)))
  assert.strictEqual(error.code, CODES.DEADLINE_EXCEEDED)
  assert.ok(error.seen.length >= 1 && error.seen.length <= 16, error.seen)
  await observedSoon(before + 1)
})

suite.add('cancels in a row harm no other call', async () => {
  const before = await observed()
  const steady = client.Chat(within(120_000))
  for (let i = 0; i < 1000; i += 1) {
    const call = count(1_000_000, 1000)
    call.on('error', () => {})
    await once(call, 'data')
    call.cancel()
    if (i % 100) continue
    const heard = once(steady, 'data')
    steady.write({ lines: `still ${i}` })
    assert.strictEqual((await heard)[0].result, `STILL ${i}`)
  }
  await sleep(100)
  assert.strictEqual(await observed(), before + 1000)
  const status = once(steady, 'status')
  steady.end()
  assert.strictEqual((await status)[0].code, CODES.OK)
})

suite.run(options.cases)
