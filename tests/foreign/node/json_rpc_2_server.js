'use strict'
// The Echo service by json-rpc-2.0 behind node:http, by name and by position: `json_rpc_2_server.js`.

const http = require('node:http')
const { JSONRPCErrorException, JSONRPCServer } = require('json-rpc-2.0')
const echo = require('./echo')
const { METHODS } = require('./table')

const rpc = new JSONRPCServer({ errorListener: () => {} })
for (const name of Object.keys(METHODS)) {
  rpc.addMethod(`echo.${name}`, async (params, headers) => {
    try {
      return (await echo.call(name, echo.named(name, params), headers)) ?? null
    } catch (error) {
      if (!(error instanceof echo.Failure)) throw error
      throw new JSONRPCErrorException(error.message, error.number, { code: error.code, details: error.details })
    }
  })
}

const server = http.createServer((request, reply) => {
  const parts = []
  request.on('data', (part) => parts.push(part))
  request.on('end', async () => {
    const answer = await rpc.receiveJSON(Buffer.concat(parts).toString(), request.headers)
    if (!answer) return reply.writeHead(204).end()
    reply.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  })
})
server.listen(0, '127.0.0.1', () => console.log(`listening http://127.0.0.1:${server.address().port}`))
