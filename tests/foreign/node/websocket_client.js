'use strict'
// ws calls a server of the conformance program over WebSockets: `websocket_client.js ENDPOINT`.

const WebSocket = require('ws')
const { Suite, parseArguments } = require('./table')
const { addCases } = require('./websocket_cases')

const { endpoint, cases } = parseArguments()
const suite = new Suite()

function open() {
  const unix = endpoint.startsWith('unix:')
  const url = unix ? `ws+${endpoint}:/any/path` : `${endpoint.replace('tcp:', 'ws:')}/any/path`
  const socket = new WebSocket(url)
  return new Promise((resolve, reject) => socket.once('open', () => resolve(socket)).once('error', reject))
}

addCases(suite, open).then(() => suite.run(cases))
