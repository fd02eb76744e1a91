'use strict'
// jayson calls a server of the conformance program: `jayson_client.js ENDPOINT`.

const assert = require('node:assert')
const jayson = require('jayson')
const { addCases } = require('./jsonrpc_cases')
const { Suite, httpOptions, parseArguments } = require('./table')

const options = parseArguments()
const client = jayson.Client.http(httpOptions(options.endpoint))
const suite = new Suite()

const settle = (start) => new Promise((resolve, reject) =>
  start((failed, response) => (failed ? reject(failed) : resolve(response))))

async function call(method, params) {
  const response = await settle((done) => client.request(method, params, done))
  if (response.error) throw response.error
  return response.result
}

const notify = (method, params) => settle((done) => client.request(method, params, null, done))

addCases(suite, call, notify)

suite.add('batch', async () => {
  const requests = [
    client.request('echo.sum', { a: 1, b: 2 }, undefined, false),
    client.request('echo.fail', ['NOT_FOUND', 'gone'], undefined, false),
    client.request('echo.notify', ['in a batch'], null, false),
    client.request('no.such', [], undefined, false)
  ]
  const replies = await settle((done) => client.request(requests, done))
  const byId = (request) => replies.find(({ id }) => id === request.id)
  assert.strictEqual(replies.length, 3)
  assert.strictEqual(byId(requests[0]).result, 3)
  assert.strictEqual(byId(requests[1]).error.code, -32005)
  assert.strictEqual(byId(requests[3]).error.code, -32601)
})

suite.run(options.cases)
