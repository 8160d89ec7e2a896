/** A file of a dropped folder, with its path from the folder's own name down. */
export interface FolderFile {
  readonly path: string
  readonly file: File
}

/** What was dropped: files, and folders with all that is in them. */
export interface Drop {
  readonly files: readonly File[]
  readonly folders: readonly { readonly name: string; readonly files: readonly FolderFile[] }[]
}

const MOST_FILES = 20_000
const DEEPEST = 24

/** The classes of entries are no global names in Chromium. */
function isDirectory(entry: FileSystemEntry | null): entry is FileSystemDirectoryEntry {
  return entry?.isDirectory === true
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile
}

/** Reads a drop. Must be called while the event is handled: afterwards its entries are gone. */
export async function readDrop(transfer: DataTransfer | null): Promise<Drop> {
  const entries = [...(transfer?.items ?? [])].map((item) => item.webkitGetAsEntry())
  const directories = entries.filter((entry) => isDirectory(entry))
  if (directories.length === 0) return { files: [...(transfer?.files ?? [])], folders: [] }
  const names = new Set(directories.map(({ name }) => name))
  const files = [...(transfer?.files ?? [])].filter(({ name }) => !names.has(name))
  const folders = await Promise.all(
    directories.map(async (directory) => {
      const found: FolderFile[] = []
      await walk(directory, directory.name, found, 0)
      return { name: directory.name, files: found }
    }),
  )
  return { files, folders }
}

async function walk(
  directory: FileSystemDirectoryEntry,
  path: string,
  found: FolderFile[],
  depth: number,
): Promise<void> {
  if (depth > DEEPEST) return
  for (const entry of await entriesOf(directory)) {
    if (found.length >= MOST_FILES) return
    const own = `${path}/${entry.name}`
    if (isDirectory(entry)) await walk(entry, own, found, depth + 1)
    else if (isFile(entry)) found.push({ path: own, file: await fileOf(entry) })
  }
}

/** The directory reader hands out a hundred at a time, and none at the end. */
async function entriesOf(directory: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = directory.createReader()
  const all: FileSystemEntry[] = []
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    )
    if (some.length === 0) return all
    all.push(...some)
  }
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject))
}
