/** Sends a file ahead to the kernel process, read by the browser and not by the page; answers its number. */
export type UploadFile = (file: File) => Promise<number>

/** The upload of the browser shell. */
export const uploadOverHttp: UploadFile = async (file) => {
  const answer = await fetch('/upload', { method: 'POST', body: file })
  const text = await answer.text()
  if (!answer.ok) throw new Error(text.trim() || 'The file could not be sent.')
  return Number(text)
}
