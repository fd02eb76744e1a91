'use strict'
// Node's own HTTP/2 opens WebSockets on one connection (RFC 8441), whose frames are those of ws:
// `http2_websocket_client.js ENDPOINT`.

const assert = require('node:assert')
const { EventEmitter, once } = require('node:events')
const http2 = require('node:http2')
const net = require('node:net')
const { Receiver, Sender } = require('ws')
const { Suite, parseArguments } = require('./table')
const { addCases } = require('./websocket_cases')

const { endpoint, cases } = parseArguments()
const suite = new Suite()

function connect() {
  if (!endpoint.startsWith('unix:')) return http2.connect(endpoint.replace('tcp:', 'http:'))
  return http2.connect('http://localhost', { createConnection: () => net.connect(endpoint.slice('unix:'.length)) })
}

const session = connect()

/** A stream as a WebSocket, with the methods and events of one of ws. */
class Socket extends EventEmitter {
  constructor(stream) {
    super()
    this.stream = stream
    this.sender = new Sender(stream, {})
    this.receiver = new Receiver({ isServer: false })
    this.receiver.on('message', (data) => this.emit('message', data))
    this.receiver.on('pong', (data) => this.emit('pong', data))
    this.receiver.on('conclude', (code) => { this.code = code })
    stream.on('close', () => this.emit('close', this.code))
    this.resume()
  }

  send(data, { fin = true } = {}) {
    this.sender.send(data, { binary: typeof data !== 'string', fin, mask: true })
  }

  ping(data) {
    this.sender.ping(data, true)
  }

  pause() {
    this.stream.unpipe(this.receiver)
    this.stream.pause()
  }

  resume() {
    this.stream.pipe(this.receiver)
  }

  close(code) {
    this.sender.close(code, '', true, () => this.stream.end())
  }

  terminate() {
    this.stream.close(http2.constants.NGHTTP2_CANCEL)
  }
}

/** A stream that asks to become something else, and the head of the answer. */
async function ask(headers) {
  const known = { ':method': 'CONNECT', ':protocol': 'websocket', ':scheme': 'http', ':path': '/any/path' }
  const stream = session.request({ ...known, 'sec-websocket-version': '13', ...headers }, { endStream: false })
  const [head] = await once(stream, 'response')
  return { stream, head }
}

async function open() {
  const { stream, head } = await ask({})
  assert.strictEqual(head[':status'], 200)
  return new Socket(stream)
}

suite.add('the settings allow it', async () => {
  assert.strictEqual(session.remoteSettings.enableConnectProtocol, true)
})

suite.add('another version is refused', async () => {
  const { stream, head } = await ask({ 'sec-websocket-version': '8' })
  assert.deepStrictEqual([head[':status'], head['sec-websocket-version']], [426, '13'])
  stream.close()
})

once(session, 'remoteSettings').then(() => addCases(suite, open)).then(() => suite.run(cases))
