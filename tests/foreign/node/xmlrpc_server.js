'use strict'
// The Echo service by the xmlrpc package: `xmlrpc_server.js`.

const echo = require('./echo')
const { METHODS } = require('./table')
const { fromWire, toWire } = require('./xmlrpc_wire')
const xmlrpc = require('xmlrpc')

const server = xmlrpc.createServer({ host: '127.0.0.1', port: 0 }, () => {
  console.log(`listening http://127.0.0.1:${server.httpServer.address().port}`)
})

function answer(name, kinds, args) {
  const names = Object.keys(kinds).slice(0, args.length)
  const params = Object.fromEntries(names.map((key, at) => [key, fromWire(args[at], kinds[key])]))
  return echo.call(name, params)
}

for (const [name, { params: kinds, result: kind }] of Object.entries(METHODS)) {
  server.on(`echo.${name}`, async (_, args, done) => {
    try {
      const result = await answer(name, kinds, args)
      done(null, kind === null ? '' : toWire(result, kind))
    } catch (error) {
      done({ faultCode: error.number ?? -32603, faultString: error.message })
    }
  })
}

server.on('NotFound', (method, _, done) => done?.({ faultCode: -32601, faultString: `no method ${method}` }))
