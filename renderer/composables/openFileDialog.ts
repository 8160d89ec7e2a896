/** Lets the reader choose files. Must be called from a click or a key. */
export function openFileDialog(take: (files: File[]) => void): void {
  choose(take, (input) => {
    input.multiple = true
  })
}

/** Lets the reader choose a folder; its files come with their paths. Must be called from a click or a key. */
export function openFolderDialog(take: (files: File[]) => void): void {
  choose(take, (input) => {
    input.webkitdirectory = true
  })
}

function choose(take: (files: File[]) => void, prepare: (input: HTMLInputElement) => void): void {
  const input = document.createElement('input')
  input.type = 'file'
  prepare(input)
  input.addEventListener('change', () => take([...(input.files ?? [])]))
  input.click()
}
