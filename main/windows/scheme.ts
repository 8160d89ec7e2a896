import { protocol } from 'electron'
import { rendererFile, SAFE_HEADERS } from '../web/staticFiles.ts'

export const SCHEME = 'workbench'
export const START_PAGE = `${SCHEME}://app/`

/** Declares our own scheme; must run before the app is ready. */
export function declareScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ])
}

/** Serves the built renderer under `workbench://app/`, with the content policy as a header, and nothing else. */
export function serveScheme(rendererFolder: string): void {
  protocol.handle(SCHEME, async (request) => {
    const url = new URL(request.url)
    const file = url.host === 'app' ? await rendererFile(rendererFolder, url.pathname) : null
    if (file === null) return new Response('There is nothing here.\n', { status: 404, headers: SAFE_HEADERS })
    return new Response(new Uint8Array(file.bytes), { headers: { ...SAFE_HEADERS, 'Content-Type': file.type } })
  })
}
