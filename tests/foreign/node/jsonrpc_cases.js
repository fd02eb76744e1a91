'use strict'
// The cases that every JSON-RPC client library runs, over `call(method, params)` which resolves or rejects with the
// response's error object.

const assert = require('node:assert')
const { METHODS, checkResult, failure, numberOf, shared, sleep } = require('./table')

const positional = (entry) => Object.keys(METHODS[entry.method]?.params ?? {})
  .filter((name) => name in entry.params).map((name) => entry.params[name])

function checkError(expected, error) {
  assert.strictEqual(error.code, numberOf(expected), error.message)
  if (expected.message !== undefined) assert.strictEqual(error.message, expected.message)
  if (error.code > -32100) assert.deepStrictEqual(error.data, { code: expected.code, details: expected.details ?? [] })
}

async function check(entry, call, params) {
  const method = `echo.${entry.method}`
  if (!entry.error) return checkResult(entry, await call(method, params))
  checkError(entry.error, await failure(() => call(method, params)))
}

function addCases(suite, call, notify) {
  for (const entry of shared('jsonrpc', 'node')) {
    suite.add(entry.case, () => check(entry, call, entry.params))
    suite.add(`${entry.case}, by position`, () => check(entry, call, positional(entry)))
  }
  suite.add('notification', async () => {
    const text = `by node ${process.pid} ${Math.random()}`
    await notify('echo.notify', { value: text })
    const ends = Date.now() + 5000
    while (!(await call('echo.notified', [])).includes(text)) {
      assert.ok(Date.now() < ends, 'never heard')
      await sleep(20)
    }
  })
}

module.exports = { addCases }
