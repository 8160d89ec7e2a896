import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const ROOMS = ['kernel', 'main', 'preload', 'renderer', 'bench']
export const TOUR_BEGIN = '<!-- tour: made by `npm run docs` from the first comment of each index.ts -->'
export const TOUR_END = '<!-- end of tour -->'

/** The page with its tour brought up to date. */
export function withTour(page: string, root: string): string {
  const begin = page.indexOf(TOUR_BEGIN)
  const end = page.indexOf(TOUR_END)
  if (begin < 0 || end < begin) throw new Error('docs/ARCHITECTURE.md has lost the marks of its tour')
  const before = page.slice(0, begin) + TOUR_BEGIN
  return [before, '| folder | what |', '| --- | --- |', ...tour(root), page.slice(end)].join('\n')
}

/** Folders whose index.ts does not begin with a comment. */
export function withoutComment(root: string): string[] {
  return folders(root).filter((folder) => firstComment(root, folder) === null)
}

function tour(root: string): string[] {
  return folders(root).map((folder) => `| \`${folder}\` | ${firstComment(root, folder) ?? ''} |`)
}

function folders(root: string): string[] {
  return ROOMS.flatMap((room) => [...withIndex(root, room)])
}

function* withIndex(root: string, folder: string): Generator<string> {
  if (existsSync(join(root, folder, 'index.ts'))) yield folder
  const below = readdirSync(join(root, folder), { withFileTypes: true })
  for (const { name } of below.filter((entry) => entry.isDirectory()).toSorted(byName)) {
    yield* withIndex(root, `${folder}/${name}`)
  }
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1
}

/** The comment at the very top of the folder's index, on one line. */
function firstComment(root: string, folder: string): string | null {
  const text = readFileSync(join(root, folder, 'index.ts'), 'utf8')
  const found = /^(?:\/\*\*(?<block>[\s\S]*?)\*\/|\/\/(?<line>.*))/u.exec(text)?.groups
  const comment = found?.['block'] ?? found?.['line']
  return comment?.replaceAll(/\n\s*\*?/gu, ' ').replaceAll(/\s+/gu, ' ').trim() ?? null
}
