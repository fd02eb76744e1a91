'use strict'
// vscode-jsonrpc calls the conformance program as its child: `vscode_jsonrpc_client.js exec:PROGRAM?arg=…`.

const assert = require('node:assert')
const { spawn } = require('node:child_process')
const { once } = require('node:events')
const {
  CancellationTokenSource, NotificationType, ParameterStructures, RequestType2, ResponseError, StreamMessageReader,
  StreamMessageWriter, createMessageConnection
} = require('vscode-jsonrpc/node')
const { addCases } = require('./jsonrpc_cases')
const { Suite, commandOf, failure, parseArguments, sleep } = require('./table')

const options = parseArguments()
const suite = new Suite()

/** A child and the connection to it; what the connection complains of is kept. */
class Child {
  complaints = []

  constructor() {
    const { program, args } = commandOf(options.endpoint)
    this.process = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'] })
    this.exited = once(this.process, 'exit')
    const complain = (text) => this.complaints.push(text)
    const logger = { error: complain, warn: complain, info: complain, log: complain }
    const reader = new StreamMessageReader(this.process.stdout)
    this.connection = createMessageConnection(reader, new StreamMessageWriter(this.process.stdin), logger)
    this.closed = new Promise((resolve) => this.connection.onClose(resolve))
    this.connection.listen()
  }

  /** A call with arguments by name or by position. */
  call(method, params, ...token) {
    if (!Array.isArray(params)) return this.connection.sendRequest(method, ParameterStructures.byName, params, ...token)
    if (params.length === 0) return this.connection.sendRequest(method, ...token)
    return this.connection.sendRequest(method, ParameterStructures.byPosition, ...params, ...token)
  }

  /** Closes its input, and sees it end well. */
  async end() {
    this.connection.end()
    assert.deepStrictEqual(await within(5000, this.exited), [0, null])
  }
}

const within = (millis, promise) => Promise.race([
  promise,
  sleep(millis).then(() => { throw new Error(`nothing within ${millis} ms`) })
])

async function until(seen, millis = 1000) {
  const ends = Date.now() + millis
  while (!await seen()) {
    assert.ok(Date.now() < ends, 'never seen')
    await sleep(5)
  }
}

const child = new Child()
const { connection } = child
const call = (...args) => child.call(...args)
const observed = () => call('echo.observed_cancellations', [])

async function observedSoon(number) {
  await until(async () => await observed() >= number, 100)
  assert.strictEqual(await observed(), number)
}

// The notifications of streams come to one handler for each method, and here from there to the stream that they are of.
const streams = new Map()
const stream = (name) => {
  if (!streams.has(name)) {
    const kept = { items: [] }
    kept.ended = new Promise((resolve) => { kept.end = resolve })
    streams.set(name, kept)
  }
  return streams.get(name)
}
for (const method of ['echo.count', 'echo.fail_after', 'echo.chat']) {
  connection.onNotification(new NotificationType(method), (params) => {
    const kept = stream(params.subscription)
    if ('result' in params) kept.items.push(params.result)
    else kept.end(params)
  })
}

/** What a stream says, and how it ends. */
async function heard(name) {
  assert.strictEqual(typeof name, 'string')
  const end = await within(10_000, stream(name).ended)
  return [stream(name).items, end]
}

addCases(suite, call, (method, params) => connection.sendNotification(method, ParameterStructures.byName, params))

suite.add('a typed request', async () => {
  const sum = new RequestType2('echo.sum', ParameterStructures.byPosition)
  assert.strictEqual(await connection.sendRequest(sum, 40, 2), 42)
})

suite.add('an error has its data, typed', async () => {
  const error = await failure(() => call('echo.fail_typed', [7]))
  assert.ok(error instanceof ResponseError)
  assert.strictEqual(error.code, -32005)
  assert.strictEqual(error.data.code, 'NOT_FOUND')
  assert.deepStrictEqual(error.data.details[0].value, { Typed: { id: 7 } })
})

suite.add('calls are answered out of order', async () => {
  const order = []
  const seen = (name) => () => order.push(name)
  await Promise.all([
    call('echo.sleep', [200]).then(seen('slow')),
    call('echo.sum', [1, 2]).then(seen('quick')),
    call('echo.sleep', [50]).then(seen('middling'))
  ])
  assert.deepStrictEqual(order, ['quick', 'middling', 'slow'])
})

suite.add('many calls at once', async () => {
  const calls = Array.from({ length: 500 }, (_, i) => call('echo.sum', [i, 1]))
  assert.deepStrictEqual(await Promise.all(calls), calls.map((_, i) => i + 1))
})

suite.add('a cancelled call', async () => {
  const before = await observed()
  const source = new CancellationTokenSource()
  const slow = failure(() => call('echo.sleep', [60_000], source.token))
  await sleep(50)
  source.cancel()
  const error = await within(1000, slow)
  assert.strictEqual(error.code, -32001)
  assert.strictEqual(error.data.code, 'CANCELLED')
  await observedSoon(before + 1)
})

suite.add('a call that is cancelled from the start', async () => {
  const source = new CancellationTokenSource()
  source.cancel()
  const error = await within(1000, failure(() => call('echo.sleep', [60_000], source.token)))
  assert.strictEqual(error.code, -32001)
})

suite.add('a cancellation that comes too late is nothing', async () => {
  const source = new CancellationTokenSource()
  assert.strictEqual(await call('echo.sum', [1, 2], source.token), 3)
  source.cancel()
  await connection.sendNotification('$/cancelRequest', { id: 1_000_000 })
  assert.strictEqual(await call('echo.sum', [3, 4]), 7)
})

suite.add('a stream comes to a handler', async () => {
  const name = await call('echo.count', { n: 1000 })
  const items = Array.from({ length: 1000 }, (_, i) => i)
  assert.deepStrictEqual(await heard(name), [items, { subscription: name, done: true }])
})

suite.add('streams beside each other, and a call', async () => {
  const names = await Promise.all([call('echo.count', [20, 5]), call('echo.count', [10, 10])])
  assert.strictEqual(await call('echo.sum', [1, 2]), 3)
  const [[long], [short]] = await Promise.all(names.map(heard))
  assert.deepStrictEqual([long.length, short.length], [20, 10])
})

suite.add('a stream fails typed behind its items', async () => {
  const [items, { error }] = await heard(await call('echo.fail_after', [2]))
  assert.deepStrictEqual(items, [0, 1])
  assert.strictEqual(error.code, -32005)
  assert.deepStrictEqual(error.data.details[0].value, { Typed: { id: 2 } })
})

suite.add('arguments that are streams stand there whole', async () => {
  assert.strictEqual(await call('echo.collect', { values: [1, 2, 3] }), 6)
  const [lines] = await heard(await call('echo.chat', [['one', 'zwölf']]))
  assert.deepStrictEqual(lines, ['ONE', 'ZWÖLF'])
})

suite.add('nothing follows an unsubscription', async () => {
  const before = await observed()
  const name = await call('echo.count', [1_000_000, 1])
  assert.strictEqual(await call('rpc.unsubscribe', [name]), true)
  const { length } = stream(name).items
  await sleep(50)
  assert.strictEqual(stream(name).items.length, length)
  await observedSoon(before + 1)
  assert.strictEqual(await call('rpc.unsubscribe', [name]), false)
})

suite.add('big messages', async () => {
  const text = 'ä☃'.repeat(600_000)
  assert.strictEqual(await call('echo.echo_string', { value: text }), text)
  const several = Array.from({ length: 5 }, () => call('echo.echo_string', [text]))
  for (const echoed of await Promise.all(several)) assert.strictEqual(echoed, text)
})

suite.add('a message over the limit ends the connection and the child', async () => {
  const other = new Child()
  const lost = other.call('echo.echo_string', ['x'.repeat(5 << 20)])
  lost.catch(() => {})
  await within(5000, other.closed)
  await within(5000, other.exited)
  // It may learn of the lost connection before it reads why.
  await until(() => other.complaints.some((text) => text.includes('-32008')))
})

suite.add('what was asked is answered before the child ends with its input', async () => {
  const other = new Child()
  const slow = other.call('echo.sleep', [300])
  const sum = other.call('echo.sum', [1, 2])
  assert.strictEqual(await sum, 3)
  await other.end()
  assert.strictEqual(await within(1000, slow), null)
  await within(1000, other.closed)
  assert.deepStrictEqual(other.complaints, [])
})

suite.add('a killed child is seen', async () => {
  const other = new Child()
  const pending = failure(() => other.call('echo.sleep', [60_000]))
  // What is written behind it has arrived, and so has it.
  assert.strictEqual(await other.call('echo.sum', [1, 2]), 3)
  other.process.kill('SIGKILL')
  await within(1000, other.closed)
  assert.deepStrictEqual(await within(1000, other.exited), [null, 'SIGKILL'])
  other.connection.dispose()
  assert.strictEqual((await within(1000, pending)).code, -32097)
})

suite.add('the child ends with its input', async () => {
  await child.end()
  await within(1000, child.closed)
  assert.deepStrictEqual(child.complaints, [])
})

suite.run(options.cases)
