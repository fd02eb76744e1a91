'use strict'
// JSON forms to the natural types of the xmlrpc package and back; its times are set to UTC.

const { INTEGERS, convert } = require('./table')
const { dateFormatter } = require('xmlrpc')

dateFormatter.setOpts({ local: false })

function toLeaf(value, kind) {
  if (kind === 'bytes') return Buffer.from(value, 'base64')
  if (kind === 'timestamp') return new Date(value)
  return kind === 'f64' ? Number(value) : value
}

function fromLeaf(value, kind) {
  if (kind === 'bytes') return value.toString('base64')
  if (kind === 'timestamp') return value.toISOString().replace('.000', '')
  return INTEGERS.includes(kind) ? Number(value) : value // the package reads i8 as a string
}

module.exports = {
  toWire: (value, kind) => convert(value, kind, toLeaf),
  fromWire: (value, kind) => convert(value, kind, fromLeaf)
}
