/** Lets the reader choose files. Must be called from a click or a key. */
export function openFileDialog(take: (files: File[]) => void): void {
  const input = document.createElement('input')
  input.type = 'file'
  input.multiple = true
  input.addEventListener('change', () => take([...input.files ?? []]))
  input.click()
}
