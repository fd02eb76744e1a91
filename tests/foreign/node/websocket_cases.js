'use strict'
// What every WebSocket client does on one socket, and on others beside it.

const assert = require('node:assert')
const { sleep } = require('./table')
const { Link, request } = require('./websocket')

const upTo = (n) => Array.from({ length: n }, (_, i) => i)

/** Adds the cases; `open` gives another socket. */
async function addCases(suite, open) {
  const another = async () => new Link(await open())
  const link = await another()

  /** Waits until one more call than before was observed to have been cancelled. */
  async function cancelled(before) {
    for (const start = Date.now(); ; await sleep(5)) {
      const observed = await link.call('echo.observed_cancellations')
      if (observed > before) return assert.strictEqual(observed, before + 1)
      assert.ok(Date.now() - start < 5000, 'it was never observed')
    }
  }

  suite.add('calls', async () => {
    assert.strictEqual(await link.call('echo.sum', [1, 2]), 3)
    assert.strictEqual(await link.call('echo.echo_string', { value: 'snow ☃' }), 'snow ☃')
  })

  suite.add('calls are answered out of order', async () => {
    const [slow, quick] = [request('echo.sleep', [200]), request('echo.sum', [3, 4])]
    link.say(slow)
    link.say(quick)
    assert.deepStrictEqual([(await link.hear()).id, (await link.hear()).id], [quick.id, slow.id])
  })

  suite.add('a batch is answered together', async () => {
    const notification = { jsonrpc: '2.0', method: 'echo.notify', params: ['x'] }
    link.say([request('echo.sum', [1, 1]), request('nobody.knows'), notification])
    const answers = await link.hear()
    assert.deepStrictEqual([answers.length, answers[0].result, answers[1].error.code], [2, 2, -32601])
  })

  suite.add('a stream is a subscription', async () => {
    const name = await link.call('echo.count', [4])
    assert.strictEqual(typeof name, 'string')
    assert.deepStrictEqual(await link.rest(name), [upTo(4), { subscription: name, done: true }])
  })

  suite.add('a failure arrives typed behind the items', async () => {
    const [items, { error }] = await link.rest(await link.call('echo.fail_after', [2]))
    assert.deepStrictEqual(items, [0, 1])
    assert.strictEqual(error.code, -32005)
    assert.deepStrictEqual(error.data.details[0].value, { Typed: { id: 2 } })
  })

  suite.add('items of an argument are notifications', async () => {
    const message = request('echo.collect')
    link.say(message)
    for (const value of [1, 2, 3]) link.notify('rpc.next', { id: message.id, value })
    link.notify('rpc.done', { id: message.id })
    assert.strictEqual((await link.hear()).result, 6)
  })

  suite.add('both ways at once', async () => {
    const message = request('echo.chat')
    link.say(message)
    const subscription = (await link.hear()).result
    for (const value of ['one', 'two']) {
      link.notify('rpc.next', { id: message.id, value })
      assert.deepStrictEqual((await link.hear()).params, { subscription, result: value.toUpperCase() })
    }
    link.notify('rpc.done', { id: message.id })
    assert.deepStrictEqual((await link.hear()).params, { subscription, done: true })
  })

  suite.add('nothing follows an unsubscription', async () => {
    const before = await link.call('echo.observed_cancellations')
    const name = await link.call('echo.count', [1_000_000, 1])
    assert.strictEqual((await link.hear()).params.result, 0)
    const leave = request('rpc.unsubscribe', [name])
    link.say(leave)
    let heard = await link.hear()
    for (; heard.id !== leave.id; heard = await link.hear()) assert.strictEqual(heard.params.subscription, name)
    assert.strictEqual(heard.result, true)
    await cancelled(before)
  })

  suite.add('a call is cancelled by its id', async () => {
    const slow = request('echo.sleep', [10_000])
    link.say(slow)
    link.notify('$/cancelRequest', { id: slow.id })
    const { id, error } = await link.hear()
    assert.deepStrictEqual([id, error.code], [slow.id, -32001])
  })

  suite.add('a socket that does not read holds back only itself', async () => {
    const before = await link.call('echo.observed_cancellations')
    const lagging = await another()
    lagging.socket.pause()
    lagging.say(request('echo.count', [1_000_000]))
    const [items] = await link.rest(await link.call('echo.count', [1000]))
    assert.deepStrictEqual(items, upTo(1000))
    // It has missed nothing.
    lagging.socket.resume()
    assert.strictEqual(typeof (await lagging.hear()).result, 'string')
    for (let expected = 0; expected < 5000; expected += 1) {
      assert.strictEqual((await lagging.hear()).params.result, expected)
    }
    lagging.socket.terminate()
    await cancelled(before)
  })

  suite.add('large messages in fragments', async () => {
    const text = 'x'.repeat(300_000)
    const whole = JSON.stringify(request('echo.echo_string', [text]))
    for (let start = 0; start < whole.length; start += 10_000) {
      link.socket.send(whole.slice(start, start + 10_000), { fin: start + 10_000 >= whole.length })
    }
    assert.strictEqual((await link.hear()).result, text)
  })

  suite.add('binary messages are read too', async () => {
    const message = request('echo.sum', [5, 6])
    link.socket.send(Buffer.from(JSON.stringify(message)))
    assert.strictEqual((await link.hear()).result, 11)
  })

  suite.add('pings are answered', async () => {
    const ponged = new Promise((resolve) => link.socket.once('pong', resolve))
    link.socket.ping('are you there?')
    assert.strictEqual(String(await ponged), 'are you there?')
  })

  suite.add('a closed socket cancels what runs', async () => {
    const before = await link.call('echo.observed_cancellations')
    const other = await another()
    await other.call('echo.count', [1_000_000, 1])
    await other.hear()
    assert.strictEqual(await other.close(), 1000)
    await cancelled(before)
  })

  suite.add('the socket is closed by both', async () => {
    assert.strictEqual(await link.close(), 1000)
  })
}

module.exports = { addCases }
