'use strict'
// The Echo service on values in JSON form, shared by the foreign servers.

const { CODES, METHODS, mapValues, sleep } = require('./table')

const PACKAGE = 'polyrpc.conformance.v1'

/** A call that fails with a canonical code. */
class Failure extends Error {
  constructor(code, message, details = []) {
    super(message)
    Object.assign(this, { code, details, number: -32000 - CODES[code] })
  }
}

const heard = []

const methods = {
  sum: ({ a = 0, b = 0 }) => Number(a) + Number(b),
  concat: ({ parts = [], separator }) => parts.join(separator ?? ''),
  fail: ({ code = '', message = '' }) => {
    if (!CODES[code]) throw new Failure('INVALID_ARGUMENT', `'${code}' is no code of a failure`)
    throw new Failure(code, message)
  },
  fail_typed: ({ id = 0 }) => {
    const value = { Typed: { id: Number(id) } }
    throw new Failure('NOT_FOUND', `nothing has the id ${id}`, [{ type: `${PACKAGE}.EchoError`, value }])
  },
  sleep: async ({ millis = 0 }) => {
    await sleep(Number(millis))
    return null
  },
  notify: ({ value = '' }) => {
    heard.push(value)
    return null
  },
  notified: () => [...heard],
  size: ({ data = '' }) => Buffer.from(data, 'base64').length,
  blob: ({ len = 0 }) => Buffer.alloc(Number(len)).toString('base64')
}

const PROTOCOL_HEADERS = /^(host|user-agent|accept|accept-encoding|content-type|content-length|connection|te|grpc-.*)$/

/** What `metadata` answers for a request with these headers. */
const metadataOf = (headers) =>
  mapValues(Object.fromEntries(Object.entries(headers).filter(([name]) => !PROTOCOL_HEADERS.test(name))), (value) =>
    Buffer.isBuffer(value) ? value.toString('base64') : value)

/** The arguments by name, of params by name or by position. */
const named = (method, params) => !Array.isArray(params) ? params ?? {}
  : Object.fromEntries(Object.keys(METHODS[method].params).slice(0, params.length).map((name, at) => [name, params[at]]))

/** Calls a method with its arguments by name. */
async function call(method, params, headers = {}) {
  if (method === 'metadata') return metadataOf(headers)
  return method.startsWith('echo_') ? params.value ?? null : methods[method](params)
}

module.exports = { Failure, call, named }
