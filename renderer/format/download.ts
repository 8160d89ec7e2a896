const REVOKE_AFTER_MS = 10_000

/** Hands a file to the reader through the browser, under the given name. */
export function downloadFile(name: string, bytes: Uint8Array): void {
  const address = URL.createObjectURL(
    new Blob([new Uint8Array(bytes)], { type: 'application/octet-stream' }),
  )
  const link = document.createElement('a')
  link.href = address
  link.download = name.replace(/[\\/:]/gu, '-')
  document.body.append(link)
  link.click()
  link.remove()
  setTimeout(() => URL.revokeObjectURL(address), REVOKE_AFTER_MS)
}
