'use strict'
// Node's own HTTP/2 says what no gRPC library would: `http2_client.js ENDPOINT`.

const assert = require('node:assert')
const http2 = require('node:http2')
const net = require('node:net')
const { CODES, Suite, parseArguments } = require('./table')

const { endpoint, cases } = parseArguments()
const suite = new Suite()
const ECHO = '/polyrpc.conformance.v1.Echo'

function connect() {
  if (!endpoint.startsWith('unix:')) return http2.connect(endpoint.replace('tcp:', 'http:'))
  return http2.connect('http://localhost', { createConnection: () => net.connect(endpoint.slice('unix:'.length)) })
}

const session = connect()

/** One gRPC frame: the flag, the length, the message. */
function frame(message, flag = 0) {
  const head = Buffer.alloc(5)
  head.writeUInt8(flag, 0)
  head.writeUInt32BE(message.length, 1)
  return Buffer.concat([head, message])
}

/** One exchange: the headers and trailers as one object, and the body. */
function exchange(path, headers, body) {
  const all = { ':method': 'POST', ':path': path, 'content-type': 'application/grpc', te: 'trailers', ...headers }
  return new Promise((resolve, reject) => {
    const stream = session.request(all, { endStream: body === null })
    const parts = []
    let received = {}
    stream.setTimeout(10_000, () => reject(new Error('no answer within 10 s')))
    stream.on('response', (head) => { received = { ...head } })
    stream.on('trailers', (trailers) => { received = { ...received, ...trailers } })
    stream.on('data', (part) => parts.push(part))
    stream.on('error', reject)
    stream.on('end', () => resolve({ headers: received, body: Buffer.concat(parts) }))
    if (body !== null) stream.end(body)
  })
}

async function status(path, headers, body) {
  const reply = await exchange(path, headers, body)
  assert.strictEqual(reply.headers[':status'], 200)
  return Number(reply.headers['grpc-status'])
}

const SUM = Buffer.from([0x08, 2, 0x10, 3])

suite.add('a call', async () => {
  const { headers, body } = await exchange(`${ECHO}/Sum`, {}, frame(SUM))
  assert.strictEqual(headers['grpc-status'], '0')
  assert.deepStrictEqual(body, frame(Buffer.from([0x08, 5])))
})

suite.add('the server keeps the deadline', async () => {
  const started = Date.now()
  const sleep = frame(Buffer.from([0x08, 0x88, 0x27])) // 5000 ms
  assert.strictEqual(await status(`${ECHO}/Sleep`, { 'grpc-timeout': '100m' }, sleep), CODES.DEADLINE_EXCEEDED)
  assert.ok(Date.now() - started < 2000)
})

suite.add('content types', async () => {
  for (const type of ['application/grpc', 'application/grpc+proto']) {
    assert.strictEqual(await status(`${ECHO}/Sum`, { 'content-type': type }, frame(SUM)), 0, type)
  }
  const reply = await exchange(`${ECHO}/Sum`, { 'content-type': 'text/plain' }, frame(SUM))
  assert.strictEqual(reply.headers[':status'], 415)
})

suite.add('a path of its own alone', async () => {
  for (const path of [`${ECHO}/Sum?x=1`, '/echo.sum', '/echo/Sum', `${ECHO}/sum`, '/']) {
    assert.strictEqual(await status(path, {}, frame(SUM)), CODES.UNIMPLEMENTED, path)
  }
})

suite.add('messages cut short', async () => {
  for (const cut of [frame(SUM).subarray(0, 3), frame(SUM).subarray(0, 7)]) {
    assert.notStrictEqual(await status(`${ECHO}/Sum`, {}, cut), 0)
  }
})

suite.add('no message, and two', async () => {
  assert.strictEqual(await status(`${ECHO}/Sum`, {}, Buffer.alloc(0)), CODES.UNIMPLEMENTED)
  assert.strictEqual(await status(`${ECHO}/Sum`, {}, Buffer.concat([frame(SUM), frame(SUM)])), CODES.UNIMPLEMENTED)
})

suite.add('an unknown encoding names the known ones', async () => {
  const { headers } = await exchange(`${ECHO}/Sum`, { 'grpc-encoding': 'snappy' }, frame(SUM, 1))
  assert.strictEqual(Number(headers['grpc-status']), CODES.UNIMPLEMENTED)
  assert.ok(headers['grpc-accept-encoding']?.includes('gzip'), JSON.stringify(headers))
})

suite.add('a compressed flag without an encoding', async () => {
  assert.strictEqual(await status(`${ECHO}/Sum`, {}, frame(SUM, 1)), CODES.INTERNAL)
})

suite.add('a length beyond the limit', async () => {
  const head = Buffer.from([0, 0x7f, 0xff, 0xff, 0xff])
  assert.strictEqual(await status(`${ECHO}/Sum`, {}, Buffer.concat([head, SUM])), CODES.RESOURCE_EXHAUSTED)
})

suite.add('percent-encoded messages', async () => {
  const text = (tag, value) => Buffer.concat([Buffer.from([tag, Buffer.byteLength(value)]), Buffer.from(value)])
  const fail = frame(Buffer.concat([text(0x0a, 'ABORTED'), text(0x12, '100% ü\n')]))
  const { headers } = await exchange(`${ECHO}/Fail`, {}, fail)
  assert.match(headers['grpc-message'], /^[\x20-\x7e]*%C3%BC%0A$/)
  assert.strictEqual(decodeURIComponent(headers['grpc-message']), '100% ü\n')
})

suite.add('JSON-RPC on the same connection', async () => {
  const call = JSON.stringify({ jsonrpc: '2.0', method: 'echo.sum', params: [2, 3], id: 1 })
  const { body } = await exchange('/', { 'content-type': 'application/json' }, Buffer.from(call))
  assert.deepStrictEqual(JSON.parse(body), { jsonrpc: '2.0', result: 5, id: 1 })
})

suite.run(cases)
