'use strict'
// The Echo service by jayson, by name and by position: `jayson_server.js`.

const jayson = require('jayson')
const echo = require('./echo')
const { METHODS } = require('./table')

const failed = ({ code, details, number, message }) =>
  number ? { code: number, message, data: { code, details } } : { code: -32603, message }

function method(name) {
  const handler = (params, done) =>
    echo.call(name, echo.named(name, params)).then((result) => done(null, result ?? null), (error) => done(failed(error)))
  return new jayson.Method({ handler, collect: true })
}

const methods = Object.fromEntries(Object.keys(METHODS).map((name) => [`echo.${name}`, method(name)]))
const server = new jayson.Server(methods).http()
server.listen(0, '127.0.0.1', () => console.log(`listening http://127.0.0.1:${server.address().port}`))
