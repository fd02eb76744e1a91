'use strict'
// JSON-RPC on a WebSocket: what was heard waits until it is asked for.

let ids = 0

/** A request with an id of its own. */
function request(method, params) {
  ids += 1
  return { jsonrpc: '2.0', method, params, id: ids }
}

class Link {
  heard = []
  waiting = []

  constructor(socket) {
    this.socket = socket
    socket.on('message', (data) => {
      const message = JSON.parse(data)
      const waits = this.waiting.shift()
      if (waits) waits(message)
      else this.heard.push(message)
    })
  }

  say(message) {
    this.socket.send(JSON.stringify(message))
  }

  notify(method, params) {
    this.say({ jsonrpc: '2.0', method, params })
  }

  /** The next message. */
  hear() {
    if (this.heard.length > 0) return Promise.resolve(this.heard.shift())
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error('nothing came within 10 s')), 10_000)
      this.waiting.push((message) => {
        clearTimeout(late)
        resolve(message)
      })
    })
  }

  /** The result of a call that nothing else comes between. */
  async call(method, params) {
    const message = request(method, params)
    this.say(message)
    const answer = await this.hear()
    if (answer.id !== message.id || answer.error) throw new Error(`it answered ${JSON.stringify(answer)}`)
    return answer.result
  }

  /** The items of a stream from here, and how it ended. */
  async rest(name) {
    for (const items = []; ;) {
      const { params } = await this.hear()
      if (params.subscription !== name) throw new Error(`it is of another stream: ${JSON.stringify(params)}`)
      if (!('result' in params)) return [items, params]
      items.push(params.result)
    }
  }

  /** Closes the socket; the code that it was closed with by the other end. */
  close() {
    return new Promise((resolve) => {
      this.socket.once('close', resolve)
      this.socket.close(1000)
    })
  }
}

module.exports = { Link, request }
