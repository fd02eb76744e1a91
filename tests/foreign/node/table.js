'use strict'
// The shared table of cases, the canonical form in which results are compared, and the report.

const assert = require('node:assert')
const fs = require('node:fs')
const path = require('node:path')
const { isDeepStrictEqual, inspect } = require('node:util')

const TABLE = JSON.parse(fs.readFileSync(path.join(__dirname, '..', 'cases.json'), 'utf8'))
const { methods: METHODS, types: TYPES } = TABLE
const CODES = Object.fromEntries(TABLE.codes.map((name, number) => [name, number]))
const INTEGERS = ['i32', 'u32', 'i64', 'u64']

/** The number of an expected error in JSON-RPC and XML-RPC. */
const numberOf = (error) => error.number ?? -32000 - CODES[error.code]

const mapValues = (object, f) => Object.fromEntries(Object.entries(object).map(([key, value]) => [key, f(value, key)]))

/** Walks a value in its JSON form by its type; `leaf(value, kind)` turns each scalar into something else. */
function convert(value, kind, leaf) {
  const [, outer, of] = /^(list|map|option)<(.*)>$/.exec(kind) ?? []
  if (outer === 'option') return value == null ? null : convert(value, of, leaf)
  if (outer === 'list') return value.map((item) => convert(item, of, leaf))
  if (outer === 'map') return mapValues(value, (item) => convert(item, of, leaf))
  const shape = TYPES[kind]
  if (shape === undefined) return leaf(value, kind)
  if (shape.fields) {
    const present = Object.entries(shape.fields).filter(([name]) => value[name] != null)
    return Object.fromEntries(present.map(([name, of]) => [name, convert(value[name], of, leaf)]))
  }
  if (typeof value === 'string') return value
  const [[name, content]] = Object.entries(value)
  const variant = shape.variants[name]
  return { [name]: variant === null ? {} : convert(content, variant, leaf) }
}

function canonicalLeaf(value, kind) {
  if (INTEGERS.includes(kind)) return Number(value)
  if (kind === 'f64') return String(Number(value))
  if (kind === 'timestamp' || kind === 'duration') return value.includes('.') ? value.replace(/\.?0*(Z|s)$/, '$1') : value
  return value
}

/** One form for equal values, however a protocol spelled them. */
function canonical(value, kind) {
  if (kind === 'Shape' && value.Nothing !== undefined) value = 'Nothing'
  return convert(value, kind, canonicalLeaf)
}

function checkResult(entry, got) {
  const kind = METHODS[entry.method].result
  if (kind === null) return assert.ok(got == null || got === '', `expected nothing, got ${inspect(got)}`)
  const expected = canonical('result' in entry ? entry.result : entry.params.value ?? null, kind)
  got = canonical(got, kind)
  assert.ok(isDeepStrictEqual(got, expected), `expected ${inspect(expected)}, got ${inspect(got)}`)
}

/** The cases of the shared table that apply to a client with these tags. */
const shared = (...tags) => TABLE.cases.filter((entry) => !entry.not?.some((tag) => tags.includes(tag)))

/** What a call throws; it is an error when it succeeds. */
async function failure(call) {
  let result
  try {
    result = await call()
  } catch (error) {
    return error
  }
  throw new Error(`expected an error, got ${inspect(result)}`)
}

const sleep = (millis) => new Promise((resolve) => setTimeout(resolve, millis))

/**
 * `SCRIPT ENDPOINT [--proto-dir DIR] [--cases all|PART]`; the endpoint is `tcp://HOST:PORT`, `unix:PATH` or
 * `exec:PROGRAM?arg=…`.
 */
function parseArguments() {
  const { parseArgs } = require('node:util')
  const options = { 'proto-dir': { type: 'string' }, cases: { type: 'string', default: 'all' } }
  const { values, positionals } = parseArgs({ options, allowPositionals: true })
  return { endpoint: positionals[0], protoDir: values['proto-dir'], cases: values.cases }
}

/** The options of Node's `http.request` for an endpoint. */
function httpOptions(endpoint) {
  if (endpoint.startsWith('unix:')) return { socketPath: endpoint.slice('unix:'.length), host: 'localhost', path: '/' }
  const { hostname, port } = new URL(endpoint.replace('tcp:', 'http:'))
  return { host: hostname, port, path: '/' }
}

/** The program of an endpoint that is a child, and its arguments. */
function commandOf(endpoint) {
  const { pathname, searchParams } = new URL(endpoint)
  return { program: decodeURIComponent(pathname), args: searchParams.getAll('arg') }
}

/** Named cases, run one after the other; one JSON line each, and the exit code says whether all passed. */
class Suite {
  cases = []

  add(name, run) {
    this.cases.push([name, run])
  }

  async run(only) {
    let failed = 0
    for (const [name, run] of this.cases) {
      if (only !== 'all' && !name.includes(only)) continue
      const started = Date.now()
      let error = null
      try {
        await run()
      } catch (caught) {
        error = String(caught.stack ?? inspect(caught)).slice(0, 2000)
        failed += 1
      }
      console.log(JSON.stringify({ case: name, ok: error === null, error, ms: Date.now() - started }))
    }
    process.exit(failed ? 1 : 0)
  }
}

module.exports = {
  CODES, INTEGERS, METHODS, TYPES, Suite,
  checkResult, commandOf, convert, failure, httpOptions, mapValues, numberOf, parseArguments, shared, sleep
}
