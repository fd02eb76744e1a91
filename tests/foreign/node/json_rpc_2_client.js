'use strict'
// json-rpc-2.0 calls a server of the conformance program: `json_rpc_2_client.js ENDPOINT`.

const assert = require('node:assert')
const http = require('node:http')
const { JSONRPCClient } = require('json-rpc-2.0')
const { addCases } = require('./jsonrpc_cases')
const { Suite, httpOptions, parseArguments } = require('./table')

const options = parseArguments()
const suite = new Suite()

function post(body) {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' }
    const request = http.request({ ...httpOptions(options.endpoint), method: 'POST', headers }, (reply) => {
      const parts = []
      reply.on('data', (part) => parts.push(part))
      reply.on('end', () => resolve({ status: reply.statusCode, text: Buffer.concat(parts).toString() }))
    })
    request.on('error', reject)
    request.end(body)
  })
}

async function send(payload) {
  const { status, text } = await post(JSON.stringify(payload))
  if (status === 200) client.receive(JSON.parse(text))
  else if (status !== 204) throw new Error(`status ${status}: ${text}`)
}

const client = new JSONRPCClient(send)
addCases(suite, (method, params) => client.request(method, params), (method, params) => client.notify(method, params))

suite.add('batch', async () => {
  const replies = await client.requestAdvanced([
    { jsonrpc: '2.0', id: 'a', method: 'echo.sum', params: { a: 1, b: 2 } },
    { jsonrpc: '2.0', id: 'b', method: 'echo.fail', params: ['NOT_FOUND', 'gone'] }
  ])
  assert.deepStrictEqual(replies.map(({ id, result, error }) => [id, result ?? error.code]), [['a', 3], ['b', -32005]])
})

suite.run(options.cases)
