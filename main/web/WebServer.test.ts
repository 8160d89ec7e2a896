import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { parse, stringify } from 'devalue'
import { framedWire } from '../kernelHost/framedWire.ts'
import { WebServer } from './WebServer.ts'

let folder = ''
let server: WebServer
let address: URL
let cookie = ''

interface Answer {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: string
}

const uploads: string[] = []

/** Keeps what was sent. */
async function keepUpload(source: AsyncIterable<Uint8Array>): Promise<number> {
  let text = ''
  for await (const piece of source) text += Buffer.from(piece).toString()
  return uploads.push(text)
}

function get(path: string, headers: Record<string, string> = {}, method = 'GET', sent = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port: address.port, path, method, headers }, (response) => {
      let body = ''
      response.on('data', (chunk) => (body += String(chunk)))
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body }))
    })
    call.on('error', reject)
    call.end(sent)
  })
}

/** Opens a socket; answers the HTTP status when refused. */
function socket(path: string, headers: Record<string, string>): Promise<WebSocket | number> {
  return new Promise((resolve) => {
    const made = new WebSocket(`ws://127.0.0.1:${address.port}${path}`, { headers })
    made.on('open', () => resolve(made))
    made.on('unexpected-response', (_request, response) => resolve(response.statusCode!))
    made.on('error', () => {})
  })
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'workbench-web-'))
  writeFileSync(join(folder, 'index.html'), '<!doctype html>hello')
  writeFileSync(join(folder, '..', 'workbench-web-secret.txt'), 'secret')
  server = new WebServer({
    rendererFolder: folder, port: 0, upload: (source) => keepUpload(source),
    attach(channel, frames) {
      const wire = framedWire(frames)
      wire.onMessage((message) => wire.post({ channel, message }))
    },
  })
  address = new URL(await server.listen())
  const answer = await get(`/?token=${address.searchParams.get('token')!}`)
  expect(answer.status).toBe(303)
  expect(answer.headers.location).toBe('/')
  cookie = String(answer.headers['set-cookie']).split(';')[0]!
})
afterAll(() => {
  server.close()
  rmSync(folder, { recursive: true, force: true })
  rmSync(join(folder, '..', 'workbench-web-secret.txt'), { force: true })
})

describe('the browser shell’s server', () => {
  it('gives the page to who has the cookie, with the content policy, and to nobody else', async () => {
    const page = await get('/', { cookie })
    expect(page).toMatchObject({ status: 200, body: '<!doctype html>hello' })
    expect(page.headers['content-security-policy']).toContain("default-src 'none'")
    expect(page.headers['x-content-type-options']).toBe('nosniff')
    expect((await get('/')).status).toBe(401)
    expect((await get('/', { cookie: `${cookie}x` })).status).toBe(401)
    expect((await get('/?token=wrong')).status).toBe(401)
  })

  it('takes files from its own page only, of a size that is told and not too large', async () => {
    const origin = `http://127.0.0.1:${address.port}`
    const post = (headers: Record<string, string>, body = 'pear'): Promise<Answer> => get('/upload', headers, 'POST', body)
    expect(await post({ cookie, origin, 'content-length': '4' })).toMatchObject({ status: 200, body: '1' })
    expect(uploads).toEqual(['pear'])
    expect((await post({ cookie, 'content-length': '4' })).status).toBe(403)
    expect((await post({ cookie, origin: 'http://evil.example', 'content-length': '4' })).status).toBe(403)
    expect((await post({ origin, 'content-length': '4' })).status).toBe(401)
    expect((await post({ cookie, origin, 'transfer-encoding': 'chunked' })).status).toBe(413)
    expect((await post({ cookie, origin, 'content-length': String(2 ** 40) }, '')).status).toBe(413)
    expect((await get('/other', { cookie, origin }, 'POST')).status).toBe(405)
    expect(uploads).toHaveLength(1)
  })

  it('answers only under its own name, so that a rebound name gets nothing', async () => {
    expect((await get('/', { cookie, host: `localhost:${address.port}` })).status).toBe(421)
    expect((await get('/', { cookie, host: 'evil.example' })).status).toBe(421)
  })

  it('serves nothing outside its folder and takes no other method', async () => {
    for (const path of ['/../workbench-web-secret.txt', '/%2e%2e/workbench-web-secret.txt', '/..%2fworkbench-web-secret.txt', '/%00', '/%zz']) {
      expect((await get(path, { cookie })).status, path).toBe(404)
    }
    expect((await get('/', { cookie }, 'POST')).status).toBe(405)
  })

  it('opens sockets for its own page only', async () => {
    const origin = `http://${address.host}`
    expect(await socket('/ws?channel=kernel', { cookie, origin: 'http://evil.example' })).toBe(403)
    expect(await socket('/ws?channel=kernel', { cookie })).toBe(403)
    expect(await socket('/ws?channel=kernel', { origin })).toBe(401)
    expect(await socket('/ws?channel=other', { cookie, origin })).toBe(404)
    expect(await socket('/ws?channel=kernel', { cookie, origin, host: 'evil.example' })).toBe(421)
  })

  it('carries bigint, bytes, maps and errors both ways', async () => {
    const made = await socket('/ws?channel=host', { cookie, origin: `http://${address.host}` })
    if (typeof made === 'number') throw new Error(`refused with ${made}`)
    const value = { big: 2n ** 63n, bytes: new Uint8Array([0, 255]), map: new Map([['a', [1]]]) }
    const answered = new Promise<unknown>((resolve) => made.once('message', (data: Buffer) => resolve(parse(data.toString()))))
    made.send(stringify(value))
    expect(await answered).toEqual({ channel: 'host', message: value })
    const file = Buffer.alloc(3_000_000, 7)
    const echoed = new Promise<unknown[]>((resolve) => {
      const frames: unknown[] = []
      made.on('message', (data: Buffer, isBinary) => {
        frames.push(isBinary ? data.length : data.toString())
        if (!isBinary) resolve(frames)
      })
    })
    made.send(file.subarray(0, 2_000_000))
    made.send(file.subarray(2_000_000))
    made.send('[["Part",1],[2,3],"Uint8Array",3000000]')
    expect(await echoed).toEqual([1_048_576, 1_048_576, 902_848, expect.stringContaining('"Part"')])
    const closed = new Promise<number>((resolve) => made.on('close', (code) => resolve(code)))
    made.send('not devalue')
    expect(await closed).toBe(1007)
  })
})
