'use strict'
// ethers follows a chain over a WebSocket: `ethers_client.js ENDPOINT`.

const assert = require('node:assert')
const { WebSocketProvider } = require('ethers')
const { Suite, parseArguments, sleep } = require('./table')

const { endpoint, cases } = parseArguments()
const provider = new WebSocketProvider(endpoint.replace('tcp:', 'ws:'))
const suite = new Suite()

// It says by events what it heard and did not understand.
const strange = []
provider.on('error', (error) => strange.push(error))
process.on('unhandledRejection', (error) => strange.push(error))

/** The numbers of the next blocks. */
async function blocks(count) {
  const heard = []
  await new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`${heard.length} blocks came within 10 s`)), 10_000)
    provider.on('block', function listener(number) {
      heard.push(number)
      if (heard.length < count) return
      clearTimeout(late)
      provider.off('block', listener).then(resolve, reject)
    })
  })
  return heard
}

const subscriptions = () => provider.send('test_subscriptions', [])

/** Waits until nobody is subscribed. */
async function alone() {
  for (const start = Date.now(); await subscriptions() > 0; await sleep(5)) {
    assert.ok(Date.now() - start < 5000, 'a subscription goes on')
  }
}

suite.add('the network is detected', async () => {
  assert.strictEqual((await provider.getNetwork()).chainId, 1337n)
  assert.strictEqual(await provider.send('net_version', []), '1337')
})

suite.add('the chain grows', async () => {
  assert.ok(await provider.getBlockNumber() >= 41)
})

suite.add('a block has its fields', async () => {
  const block = await provider.getBlock(41)
  assert.strictEqual(block.number, 41)
  assert.strictEqual(block.timestamp, 1_700_000_041)
  assert.strictEqual(block.gasLimit, 30_000_000n)
  assert.strictEqual(await provider.getBlock(1_000_000_000), null)
})

suite.add('on gives blocks one after the other, and off ends them', async () => {
  const numbers = await blocks(10)
  assert.deepStrictEqual(numbers, numbers.map((_, i) => numbers[0] + i))
  await alone()
})

suite.add('another subscription follows', async () => {
  const before = await provider.getBlockNumber()
  const numbers = await blocks(3)
  assert.ok(numbers[0] > before, `${numbers} after ${before}`)
  await alone()
})

suite.add('calls go on beside a subscription', async () => {
  const heard = blocks(20)
  for (let number = 0; number < 20; number += 1) {
    assert.strictEqual((await provider.getBlock(number)).number, number)
  }
  assert.strictEqual(await subscriptions(), 1)
  assert.strictEqual((await heard).length, 20)
  await alone()
})

suite.add('a refused subscription is an error', async () => {
  await assert.rejects(provider.send('eth_subscribe', ['syncing']), ({ error }) => {
    assert.deepStrictEqual([error.code, error.message], [-32003, 'no subscription "syncing"'])
    return true
  })
})

suite.add('nothing strange was heard', async () => {
  assert.deepStrictEqual(strange, [])
  await provider.destroy()
})

suite.run(cases)
