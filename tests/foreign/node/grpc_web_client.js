'use strict'
// connect-node calls a server of the conformance program by gRPC-Web: `grpc_web_client.js --proto-dir DIR ENDPOINT`.
// Its messages are made of the descriptors at run time.

const assert = require('node:assert')
const fs = require('node:fs')
const path = require('node:path')
const { createFileRegistry, fromBinary } = require('@bufbuild/protobuf')
const { FileDescriptorSetSchema } = require('@bufbuild/protobuf/wkt')
const { Code, ConnectError, createClient } = require('@connectrpc/connect')
const { createGrpcWebTransport } = require('@connectrpc/connect-node')
const { Suite, failure, parseArguments, sleep } = require('./table')

const options = parseArguments()
const set = fromBinary(FileDescriptorSetSchema, fs.readFileSync(path.join(options.protoDir, 'conformance.binpb')))
const registry = createFileRegistry(set)
const service = registry.getService('polyrpc.conformance.v1.Echo')
const errorType = registry.getMessage('polyrpc.conformance.v1.EchoError')
const suite = new Suite()

async function results(items) {
  const seen = []
  try {
    for await (const { result } of items) seen.push(result)
  } catch (error) {
    throw Object.assign(error, { seen })
  }
  return seen
}

for (const httpVersion of ['1.1', '2']) {
  const transport = createGrpcWebTransport({ baseUrl: options.endpoint.replace('tcp:', 'http:'), httpVersion })
  const echo = createClient(service, transport)
  const add = (name, run) => suite.add(`HTTP/${httpVersion} ${name}`, run)

  add('unary', async () => {
    assert.strictEqual((await echo.sum({ a: 1n, b: 2n })).result, 3n)
    assert.strictEqual((await echo.echoString({ value: 'zwölf' })).result, 'zwölf')
    assert.strictEqual((await echo.echoBytes({ value: new Uint8Array(3 << 20) })).result.length, 3 << 20)
  })

  add('a stream of replies', async () => {
    assert.deepStrictEqual(await results(echo.count({ n: 1000n })), Array.from({ length: 1000 }, (_, i) => BigInt(i)))
    assert.deepStrictEqual(await results(echo.count({ n: 0n })), [])
    const started = Date.now()
    for await (const { result } of echo.count({ n: 3n, intervalMillis: 400n })) {
      if (result === 0n) assert.ok(Date.now() - started < 400, 'the first item waits for the others')
    }
  })

  add('a failure', async () => {
    const error = ConnectError.from(await failure(() => echo.fail({ code: 'ABORTED', message: 'no: ü' })))
    assert.strictEqual(error.code, Code.Aborted)
    assert.strictEqual(error.rawMessage, 'no: ü')
  })

  add('a typed error', async () => {
    const error = ConnectError.from(await failure(() => echo.failTyped({ id: 7n })))
    assert.strictEqual(error.code, Code.NotFound)
    assert.strictEqual(error.findDetails(errorType)[0].variant.value.id, 7n)
  })

  add('a typed error behind the messages', async () => {
    const error = await failure(() => results(echo.failAfter({ n: 3n })))
    assert.deepStrictEqual(error.seen, [0n, 1n, 2n])
    assert.strictEqual(error.code, Code.NotFound)
    assert.strictEqual(error.findDetails(errorType)[0].variant.value.id, 3n)
  })

  add('metadata', async () => {
    const { result } = await echo.metadata({}, { headers: { 'x-text': 'a b' } })
    assert.strictEqual(result['x-text'], 'a b')
    const own = ['x-grpc-web', 'x-user-agent', 'content-type', 'accept'].filter((name) => name in result)
    assert.deepStrictEqual(own, [])
  })

  add('a deadline', async () => {
    const late = await failure(() => echo.sleep({ millis: 20_000n }, { timeoutMs: 100 }))
    assert.strictEqual(late.code, Code.DeadlineExceeded)
    const error = await failure(() => results(echo.count({ n: 1_000_000n, intervalMillis: 20n }, { timeoutMs: 300 })))
    assert.strictEqual(error.code, Code.DeadlineExceeded)
  })

  add('a cancelled stream is observed', async () => {
    const before = (await echo.observedCancellations({})).result
    const controller = new AbortController()
    const counting = echo.count({ n: 1_000_000n, intervalMillis: 1n }, { signal: controller.signal })
    const error = await failure(async () => {
      for await (const { result } of counting) if (result === 1n) controller.abort()
    })
    assert.strictEqual(ConnectError.from(error).code, Code.Canceled)
    await sleep(100)
    assert.strictEqual((await echo.observedCancellations({})).result, before + 1n)
  })
}

suite.run(options.cases)
