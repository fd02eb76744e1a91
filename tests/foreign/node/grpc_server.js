'use strict'
// The Echo service by @grpc/grpc-js: `grpc_server.js --proto-dir DIR`.

const grpc = require('@grpc/grpc-js')
const echo = require('./echo')
const streams = require('./grpc_streams')
const { CODES, METHODS, parseArguments } = require('./table')
const wire = require('./grpc_wire')

const pack = wire.load(parseArguments().protoDir)
const lengthDelimited = (tag, bytes) => Buffer.concat([Buffer.from([tag, bytes.length]), bytes])

/** google.rpc.Status with one Any of an EchoError, all shorter than 128 bytes; the error's id too. */
function statusDetails(failure) {
  const [{ type, value }] = failure.details
  const error = lengthDelimited(0x0a, Buffer.from([0x08, value.Typed.id]))
  const any = [lengthDelimited(0x0a, Buffer.from(`type.googleapis.com/${type}`)), lengthDelimited(0x12, error)]
  const message = lengthDelimited(0x12, Buffer.from(failure.message))
  return Buffer.concat([Buffer.from([0x08, CODES[failure.code]]), message, lengthDelimited(0x1a, Buffer.concat(any))])
}

function handler(method) {
  return async (call, callback) => {
    try {
      const result = await echo.call(method, wire.fromParams(method, call.request), call.metadata.getMap())
      callback(null, wire.reply(method, result))
    } catch (error) {
      const metadata = new grpc.Metadata()
      if (error.details?.length) metadata.set('grpc-status-details-bin', statusDetails(error))
      callback({ code: CODES[error.code] ?? CODES.INTERNAL, details: error.message, metadata })
    }
  }
}

const server = new grpc.Server({ 'grpc.default_compression_algorithm': 2 })
const unary = Object.fromEntries(Object.keys(METHODS).map((name) => [wire.camel(name), handler(name)]))
server.addService(pack.Echo.service, { ...unary, ...streams(statusDetails) })
server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error
  console.log(`listening tcp://127.0.0.1:${port}`)
})
