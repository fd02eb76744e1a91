'use strict'
// @grpc/grpc-js calls a server of the conformance program: `grpc_client.js --proto-dir DIR ENDPOINT`.

const assert = require('node:assert')
const grpc = require('@grpc/grpc-js')
const { CODES, Suite, checkResult, failure, parseArguments, shared, sleep } = require('./table')
const wire = require('./grpc_wire')

const options = parseArguments()
const pack = wire.load(options.protoDir)
const limits = { 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 }
const insecure = grpc.credentials.createInsecure()
const client = new pack.Echo(options.endpoint.replace('tcp://', ''), insecure, limits)
const suite = new Suite()

function invoke(method, params, metadata = new grpc.Metadata(), deadline = 10_000) {
  return new Promise((resolve, reject) => {
    const done = (error, reply) => (error ? reject(error) : resolve(wire.result(method, reply)))
    const how = { deadline: Date.now() + deadline }
    client[wire.camel(method)](wire.toParams(method, params), metadata, how, done)
  })
}

async function check(entry) {
  const { error: expected } = entry
  if (!expected) return checkResult(entry, await invoke(entry.method, entry.params))
  const error = await failure(() => invoke(entry.method, entry.params))
  assert.strictEqual(error.code, CODES[expected.code], error.message)
  if (expected.message !== undefined) assert.strictEqual(error.details, expected.message)
  const [details] = error.metadata.get('grpc-status-details-bin')
  assert.strictEqual(details !== undefined, expected.details !== undefined)
  for (const { type } of expected.details ?? []) assert.ok(details.includes(`type.googleapis.com/${type}`))
}

for (const entry of shared('grpc', 'node')) suite.add(entry.case, () => check(entry))

suite.add('gzip requests', async () => {
  const how = { ...limits, 'grpc.default_compression_algorithm': 2 }
  const zipped = new pack.Echo(options.endpoint.replace('tcp://', ''), insecure, how)
  const size = (data) => new Promise((resolve, reject) =>
    zipped.Size({ data }, (error, reply) => (error ? reject(error) : resolve(reply.result))))
  assert.strictEqual(await size(Buffer.alloc(100_000)), '100000')
  zipped.close()
})

suite.add('metadata', async () => {
  const metadata = new grpc.Metadata()
  metadata.set('x-text', 'a b')
  metadata.set('x-raw-bin', Buffer.from([0, 255, 128]))
  const got = await invoke('metadata', {}, metadata)
  assert.strictEqual(got['x-text'], 'a b')
  assert.strictEqual(got['x-raw-bin'].replace(/=+$/, ''), 'AP+A')
})

suite.add('deadline', async () => {
  const error = await failure(() => invoke('sleep', { millis: 5000 }, undefined, 100))
  assert.strictEqual(error.code, CODES.DEADLINE_EXCEEDED)
})

suite.add('cancel', async () => {
  const error = failure(() => new Promise((resolve, reject) => {
    const call = client.Sleep({ millis: 5000 }, (error, reply) => (error ? reject(error) : resolve(reply)))
    setTimeout(() => call.cancel(), 50)
  }))
  assert.strictEqual((await error).code, CODES.CANCELLED)
  assert.strictEqual(await invoke('sum', { a: 1, b: 2 }), '3')
})

suite.add('calls at once', async () => {
  const started = Date.now()
  await Promise.all(Array.from({ length: 50 }, () => invoke('sleep', { millis: 200 })))
  assert.ok(Date.now() - started < 3000)
})

suite.add('large messages', async () => {
  const data = Buffer.alloc(3 << 20).toString('base64')
  assert.strictEqual(await invoke('size', { data }), String(3 << 20))
  const error = await failure(() => invoke('size', { data: Buffer.alloc(5 << 20).toString('base64') }))
  assert.strictEqual(error.code, CODES.RESOURCE_EXHAUSTED, error.message)
})

suite.add('one-way', async () => {
  await invoke('notify', { value: 'by grpc-js' })
  const ends = Date.now() + 5000
  while (!(await invoke('notified', {})).includes('by grpc-js')) {
    assert.ok(Date.now() < ends, 'never heard')
    await sleep(20)
  }
})

suite.run(options.cases)
