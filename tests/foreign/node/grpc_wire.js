'use strict'
// JSON forms to the objects of @grpc/proto-loader and back, led by the table's types.

const path = require('node:path')
const { METHODS, TYPES, convert, mapValues } = require('./table')

const camel = (name) => name.split('_').map((part) => part[0].toUpperCase() + part.slice(1)).join('')
const snake = (name) => name.replace(/[A-Z]/g, (letter, at) => (at ? '_' : '') + letter.toLowerCase())
const isUnit = (shape) => Object.values(shape.variants).every((variant) => variant === null)

function secondsAndNanos(seconds, fraction) {
  return { seconds: String(seconds), nanos: Number((fraction ?? '').padEnd(9, '0')) }
}

function toLeaf(value, kind) {
  if (kind === 'bytes') return Buffer.from(value, 'base64')
  if (kind === 'timestamp') {
    const [, whole, fraction] = /^([^.Z]*)(?:\.(\d+))?Z$/.exec(value)
    return secondsAndNanos(Date.parse(`${whole}Z`) / 1000, fraction)
  }
  if (kind === 'duration') {
    const [, whole, fraction] = /^(-?\d+)(?:\.(\d+))?s$/.exec(value)
    return secondsAndNanos(whole, fraction)
  }
  if (kind === 'f64') return Number(value)
  return kind === 'value' ? toValue(value) : value
}

function toValue(value) {
  if (value === null) return { nullValue: 'NULL_VALUE' }
  if (Array.isArray(value)) return { listValue: { values: value.map(toValue) } }
  if (typeof value === 'object') return { structValue: { fields: mapValues(value, toValue) } }
  return { [`${{ boolean: 'bool' }[typeof value] ?? typeof value}Value`]: value }
}

function fromValue(value) {
  if (value.kind === 'nullValue') return null
  if (value.kind === 'listValue') return (value.listValue.values ?? []).map(fromValue)
  if (value.kind === 'structValue') return mapValues(value.structValue.fields ?? {}, fromValue)
  return value[value.kind]
}

/** Renames the variants of data enums and the names of unit enums; all else stays. */
function rename(value, kind, ofVariant, ofName) {
  const shape = TYPES[kind]
  if (!shape?.variants) return value
  return isUnit(shape) ? ofName(value) : ofVariant(value, shape)
}

function toWire(value, kind) {
  const converted = convert(value, kind, toLeaf)
  const variant = (v) => (typeof v === 'string' ? { [snake(v)]: {} } : mapKeys(v, snake))
  return rename(converted, kind, variant, (name) => `${kind}_${name}`.toUpperCase())
}

const mapKeys = (object, f) => Object.fromEntries(Object.entries(object).map(([key, value]) => [f(key), value]))

function fromLeaf(value, kind) {
  if (kind === 'bytes') return value.toString('base64')
  if (kind === 'timestamp' || kind === 'duration') {
    const fraction = `.${String(value.nanos ?? 0).padStart(9, '0')}`.replace(/\.?0*$/, '')
    if (kind === 'duration') return `${value.seconds ?? 0}${fraction}s`
    return `${new Date(Number(value.seconds ?? 0) * 1000).toISOString().slice(0, 19)}${fraction}Z`
  }
  return kind === 'value' ? fromValue(value) : value
}

function fromWire(value, kind) {
  const variant = (v, shape) => {
    const name = Object.keys(shape.variants).find((name) => v[snake(name)] != null)
    return { [name]: v[snake(name)] }
  }
  const renamed = rename(value, kind, variant, (name) => camel(name.slice(kind.length + 1).toLowerCase()))
  return convert(renamed, kind, fromLeaf)
}

const toParams = (method, params) => mapValues(params, (value, name) => toWire(value, METHODS[method].params[name]))
const fromParams = (method, params) => mapValues(METHODS[method].params, (kind, name) =>
  params[name] == null ? null : fromWire(params[name], kind))

const isMessage = (kind) => TYPES[kind]?.fields !== undefined || (TYPES[kind] !== undefined && !isUnit(TYPES[kind]))

/** The JSON form of a reply. */
function result(method, reply) {
  const kind = METHODS[method].result
  if (kind === null) return null
  const value = isMessage(kind) ? reply : reply.result
  return value == null ? null : fromWire(value, kind)
}

/** The reply object of a result in JSON form. */
function reply(method, value) {
  const kind = METHODS[method].result
  if (kind === null || value === null && kind !== 'value') return {}
  return isMessage(kind) ? toWire(value, kind) : { result: toWire(value, kind) }
}

/** The package's services and messages, from the .proto text in a folder. */
function load(protoDir) {
  const grpc = require('@grpc/grpc-js')
  const options = { keepCase: true, longs: String, enums: String, defaults: true, oneofs: true }
  const definition = require('@grpc/proto-loader').loadSync(path.join(protoDir, 'conformance.proto'), options)
  return grpc.loadPackageDefinition(definition).polyrpc.conformance.v1
}

module.exports = { camel, fromParams, load, reply, result, toParams }
