/** One stroke of a drawing on a 144 × 88 sheet: `f` paper, `g` glass, `l` line, `d` lamp. */
export interface Stroke { readonly tone: 'f' | 'g' | 'l' | 'd'; readonly d: string }

const box = (x: number, y: number, w: number, h: number, r: number): string =>
  `M${x + r} ${y}h${w - 2 * r}a${r} ${r} 0 0 1 ${r} ${r}v${h - 2 * r}a${r} ${r} 0 0 1 ${-r} ${r}`
  + `h${2 * r - w}a${r} ${r} 0 0 1 ${-r} ${-r}v${2 * r - h}a${r} ${r} 0 0 1 ${r} ${-r}z`

const disc = (x: number, y: number, r: number): string => `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`

const laptop: readonly Stroke[] = [
  { tone: 'f', d: box(30, 14, 84, 54, 5) }, { tone: 'g', d: box(36, 20, 72, 42, 2) }, { tone: 'f', d: 'M18 74h108l-4 6H22z' },
  { tone: 'l', d: 'M62 74h20v1.5a1.5 1.5 0 0 1-1.5 1.5h-17a1.5 1.5 0 0 1-1.5-1.5z' },
]
const desktop: readonly Stroke[] = [
  { tone: 'f', d: box(28, 8, 88, 58, 5) }, { tone: 'g', d: box(33, 13, 78, 40, 2) }, { tone: 'l', d: disc(72, 59.5, 1.5) },
  { tone: 'l', d: 'M64 66l-3 13h22l-3-13M52 80h40' },
]
const mini: readonly Stroke[] = [
  { tone: 'f', d: box(30, 34, 84, 34, 9) }, { tone: 'g', d: box(38, 54, 9, 4, 2) }, { tone: 'g', d: box(51, 54, 9, 4, 2) },
  { tone: 'd', d: disc(103, 56, 1.8) }, { tone: 'l', d: 'M44 68h56v3a2 2 0 0 1-2 2H46a2 2 0 0 1-2-2z' },
]
const tower: readonly Stroke[] = [
  { tone: 'f', d: box(50, 6, 44, 76, 4) }, { tone: 'g', d: box(56, 13, 32, 7, 1.5) }, { tone: 'g', d: box(56, 24, 32, 7, 1.5) },
  { tone: 'g', d: disc(72, 52, 13) }, { tone: 'l', d: disc(72, 52, 3) },
  { tone: 'l', d: 'M72 49c0-5 4-8 8-7M75 52c5 0 8 4 7 8M72 55c0 5-4 8-8 7M69 52c-5 0-8-4-7-8' },
]
const board: readonly Stroke[] = [
  { tone: 'f', d: box(30, 8, 84, 72, 5) }, { tone: 'g', d: box(42, 18, 26, 26, 2) }, { tone: 'l', d: box(48, 24, 14, 14, 1) },
  { tone: 'l', d: 'M78 18v26M84 18v26M90 18v26M96 18v26M42 56h56M42 64h40M42 72h48' },
  { tone: 'g', d: box(103, 20, 6, 10, 1) }, { tone: 'g', d: box(103, 34, 6, 10, 1) },
]

/** The drawing for a model identifier or title. */
export function machineArt(model: string, title: string): readonly Stroke[] {
  const words = `${model} ${title}`.toLowerCase()
  if (words.includes('book') || words.includes('laptop')) return laptop
  if (words.includes('imac')) return desktop
  if (words.includes('mini') || words.includes('studio')) return mini
  if (words.includes('macpro') || words.includes('tower')) return tower
  if (words.includes('empty') || words.includes('board') || words.includes('smallest')) return board
  return words.includes('desktop') ? desktop : board
}
