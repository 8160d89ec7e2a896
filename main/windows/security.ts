import { session, shell, type App, type WebContents } from 'electron'

/** Addresses that may be opened in the person's own browser. */
const ALLOWED_LINKS = ['https://github.com/']

/** Whether a link may leave the app. */
export function isAllowedLink(url: string): boolean {
  return ALLOWED_LINKS.some((prefix) => url.startsWith(prefix))
}

/** Every permission is refused, for every page. */
export function denyPermissions(): void {
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  session.defaultSession.setPermissionCheckHandler(() => false)
}

/** No page may navigate, open windows or embed others; allowed links go to the person's own browser. */
export function confine(app: App): void {
  app.on('web-contents-created', (_event, contents: WebContents) => {
    contents.setWindowOpenHandler(({ url }) => {
      if (isAllowedLink(url)) void shell.openExternal(url)
      return { action: 'deny' }
    })
    contents.on('will-navigate', (event) => event.preventDefault())
    contents.on('will-attach-webview', (event) => event.preventDefault())
  })
}
