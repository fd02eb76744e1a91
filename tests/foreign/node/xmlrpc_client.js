'use strict'
// The xmlrpc package calls a server of the conformance program: `xmlrpc_client.js ENDPOINT`.

const assert = require('node:assert')
const xmlrpc = require('xmlrpc')
const { METHODS, Suite, checkResult, failure, httpOptions, numberOf, parseArguments, shared } = require('./table')
const { fromWire, toWire } = require('./xmlrpc_wire')

const options = parseArguments()
const client = xmlrpc.createClient({ ...httpOptions(options.endpoint), path: '/RPC2' })
const suite = new Suite()

const call = (method, params) => new Promise((resolve, reject) =>
  client.methodCall(method, params, (error, value) => (error ? reject(error) : resolve(value))))

const positional = (entry) => Object.entries(METHODS[entry.method]?.params ?? {})
  .filter(([name]) => name in entry.params).map(([name, kind]) => toWire(entry.params[name], kind))

async function check(entry) {
  const method = `echo.${entry.method}`
  if (entry.error) {
    const error = await failure(() => call(method, positional(entry)))
    assert.strictEqual(error.faultCode, numberOf(entry.error), error.message)
    if (entry.error.message !== undefined) assert.strictEqual(error.faultString, entry.error.message)
    return
  }
  const kind = METHODS[entry.method].result
  const value = await call(method, positional(entry))
  checkResult(entry, kind === null ? value : fromWire(value, kind))
}

for (const entry of shared('xmlrpc', 'xmlrpc-node', 'node')) suite.add(entry.case, () => check(entry))

suite.add('every spelling of a time', async () => {
  const moment = new Date('1998-07-17T14:08:55Z')
  for (const spelling of [{}, { hyphens: true }, { colons: false }, { ms: true }, { offset: true }]) {
    xmlrpc.dateFormatter.setOpts({ local: false, ...spelling })
    assert.deepStrictEqual(await call('echo.echo_timestamp', [moment]), moment, JSON.stringify(spelling))
    xmlrpc.dateFormatter.setOpts({ local: false, colons: true, hyphens: false, ms: false, offset: false })
  }
})

suite.add('multicall', async () => {
  const calls = [{ methodName: 'echo.sum', params: [1, 2] }, { methodName: 'echo.fail', params: ['ABORTED', 'x'] }]
  const results = await call('system.multicall', [calls])
  assert.deepStrictEqual(results, [[3], { faultCode: -32010, faultString: 'x' }])
})

suite.run(options.cases)
