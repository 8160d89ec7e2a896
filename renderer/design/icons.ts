/** Path data of one icon on a 16 grid. `f:` before a path fills it. */
export type IconPaths = readonly string[]

const rect = (x: number, y: number, w: number, h: number, r: number): string =>
  `M${x + r} ${y}h${w - 2 * r}a${r} ${r} 0 0 1 ${r} ${r}v${h - 2 * r}a${r} ${r} 0 0 1 ${-r} ${r}`
  + `h${2 * r - w}a${r} ${r} 0 0 1 ${-r} ${-r}v${2 * r - h}a${r} ${r} 0 0 1 ${r} ${-r}z`

const circle = (x: number, y: number, r: number): string =>
  `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`

const panel = rect(1.8, 2.8, 12.4, 10.4, 2)
const sheet = 'M9.2 1.8H4.6a1.3 1.3 0 0 0-1.3 1.3v9.8a1.3 1.3 0 0 0 1.3 1.3h6.8a1.3 1.3 0 0 0 1.3-1.3V5.3z'
const triangle = 'M8 2.2L14.5 13.5H1.5z'

/** Our own set: 1.35 px stroke, round caps, current colour. */
export const icons = {
  machines: [rect(1.8, 2, 5, 4, 1), rect(9.2, 10, 5, 4, 1), 'M4.3 6v4.5a1.5 1.5 0 0 0 1.5 1.5h3.4M4.3 9h4.9M9.2 7h3.6a1.4 1.4 0 0 1 1.4 1.4', 'M11.7 10V7'],
  info: [circle(8, 8, 6.2), 'M8 7.3v3.6M8 5v.1'],
  registry: ['M3.5 2.5v9a1.5 1.5 0 0 0 1.5 1.5h2M3.5 7h3.5', rect(7.2, 5, 6.6, 4, 1), rect(7.2, 11, 6.6, 4, 1), circle(3.5, 2.3, 0.9)],
  terminal: [panel, 'M4.6 6l2 2-2 2M8.4 10.2h3'],
  activity: [rect(1.8, 2.3, 12.4, 11.4, 2), 'M3.6 8.6h1.9l1.5-3.4 2 5.6 1.4-3.2.5 1h1.5'],
  report: [sheet, 'M8 6v3.2M8 11.3v.1'],
  file: [sheet, 'M9.2 1.8v3.5h3.5'],
  display: [rect(1.8, 2.5, 12.4, 8.5, 1.4), 'M8 11v2.5M5.3 13.7h5.4'],
  laptop: [rect(3, 3.5, 10, 7, 1.2), 'M1.5 12.7h13'],
  power: ['M8 1.8v5.4', 'M4.7 3.7a5.4 5.4 0 1 0 6.6 0'],
  play: ['f:M5 3.2v9.6l7.5-4.8z'],
  pause: ['w:M5.5 3.5v9M10.5 3.5v9'],
  step: ['f:M3.5 3.5v9l6-4.5z', 'M12 3.5v9'],
  rewind: ['f:M8 3.5v9L2 8z', 'f:M14 3.5v9L8 8z'],
  clock: [circle(8, 8, 6.2), 'M8 4.3V8h2.8'],
  search: [circle(7, 7, 4.4), 'M10.3 10.3L14 14'],
  filter: ['M2.5 4.5h11M4.8 8h6.4M6.8 11.5h2.4'],
  drawer: [panel, 'M2 9.8h12'],
  inspector: [panel, 'M10.2 3v10'],
  columns: [panel, 'M6 3v10M10 3v10'],
  back: ['M10 3L5 8l5 5'],
  forward: ['M6 3l5 5-5 5'],
  'chevron-right': ['M6 4l4 4-4 4'],
  'chevron-down': ['M4 6l4 4 4-4'],
  'chevron-up': ['M4 10l4-4 4 4'],
  warning: [triangle, 'M8 6.6v3M8 11.4v.1'],
  error: [circle(8, 8, 6.2), 'M8 4.8v3.9M8 11.1v.1'],
  check: ['M3 8.5l3.3 3.3L13 4.8'],
  close: ['M4 4l8 8M12 4l-8 8'],
  plus: ['M8 3v10M3 8h10'],
  minus: ['M3 8h10'],
  undo: ['M5.5 3L2.5 6l3 3', 'M2.5 6h7a3.7 3.7 0 0 1 0 7.4H6'],
  redo: ['M10.5 3l3 3-3 3', 'M13.5 6h-7a3.7 3.7 0 0 0 0 7.4H10'],
  trash: ['M2.8 4.3h10.4M6.2 4.3V2.8h3.6v1.5M4.2 4.3l.6 8.4a1.2 1.2 0 0 0 1.2 1.1h4a1.2 1.2 0 0 0 1.2-1.1l.6-8.4M6.7 7v4.2M9.3 7v4.2'],
  copy: [rect(5.4, 5.4, 8.2, 8.2, 1.5), 'M3.6 10.6h-.3a1.3 1.3 0 0 1-1.3-1.3V3.6a1.3 1.3 0 0 1 1.3-1.3H9a1.3 1.3 0 0 1 1.3 1.3v.3'],
  import: ['M8 1.8v7.4M5.2 6.6L8 9.4l2.8-2.8M2.5 10.5v2a1.5 1.5 0 0 0 1.5 1.5h8a1.5 1.5 0 0 0 1.5-1.5v-2'],
  save: ['M3.3 2.5h7.4l2.8 2.8v7.2a1 1 0 0 1-1 1H3.5a1 1 0 0 1-1-1V3.3a.8.8 0 0 1 .8-.8z', 'M5 2.7v3.1h5V2.7M5 13.3V9.2h6v4.1'],
  chip: [rect(4, 4, 8, 8, 1.2), rect(6.3, 6.3, 3.4, 3.4, 0.4), 'M6 4V2M10 4V2M6 14v-2M10 14v-2M4 6H2M4 10H2M14 6h-2M14 10h-2'],
  cube: ['M8 1.8l5.7 3v6.4L8 14.2l-5.7-3V4.8z', 'M2.5 5L8 8l5.5-3M8 8v6'],
  gear: [circle(8, 8, 2.2), 'M8 1.8v2.4M8 11.8v2.4M1.8 8h2.4M11.8 8h2.4M3.6 3.6l1.7 1.7M10.7 10.7l1.7 1.7M12.4 3.6l-1.7 1.7M5.3 10.7l-1.7 1.7'],
  card: ['M2 3v10.5M2 4.5h11a1 1 0 0 1 1 1v4.5a1 1 0 0 1-1 1H2', 'M4.5 11v2M7 11v2M9.5 11v2', circle(10, 7.7, 1.5)],
  bridge: [rect(6, 1.8, 4, 3.4, 0.8), rect(1.8, 10.8, 4, 3.4, 0.8), rect(10.2, 10.8, 4, 3.4, 0.8), 'M8 5.2v2.8M3.8 10.8V9.2A1.2 1.2 0 0 1 5 8h6a1.2 1.2 0 0 1 1.2 1.2v1.6'],
  nvme: [rect(1.5, 5, 13, 6, 1), 'M4 7.2h1.6v1.6H4zM7.3 7.2h1.6v1.6H7.3zM12.5 6.8v2.4'],
  disk: [rect(2, 4.2, 12, 7.6, 1.6), 'M4.3 9.5h3M11.5 9.5v.1'],
  usb: ['M8 13.5V3M8 3L6.5 5M8 3l1.5 2M8 10.5L4.6 8.7V7M8 9l3.4-1.6V6', circle(4.6, 6, 0.9), circle(8, 13.3, 0.9), 'M10.7 4.5h1.5V6h-1.5z'],
  network: [rect(2, 3, 12, 10, 1.5), 'M5 10.5V8h1.3V6.5h3.4V8H11v2.5M6.7 10.5V9.3M9.3 10.5V9.3'],
  bolt: ['M8.9 1.8L3.6 9h3.8l-.4 5.2L12.4 7H8.5z'],
  tag: ['M2.5 2.5h5l6 6-5 5-6-6z', 'M5.2 5.2v.1'],
  keyboard: [rect(1.5, 4, 13, 8, 1.5), 'M4 6.7h.1M6.7 6.7h.1M9.3 6.7h.1M12 6.7h.1M5 9.5h6'],
  sun: [circle(8, 8, 2.8), 'M8 1.5v1.4M8 13.1v1.4M1.5 8h1.4M13.1 8h1.4M3.4 3.4l1 1M11.6 11.6l1 1M12.6 3.4l-1 1M4.4 11.6l-1 1'],
  restart: ['M13 8a5 5 0 1 1-1.6-3.7', 'M13.2 2v3h-3'],
  plug: ['M5.5 2v3.5M10.5 2v3.5M3.8 5.5h8.4v1.8a4.2 4.2 0 0 1-8.4 0zM8 11.5V14'],
  list: ['M5.5 4h8M5.5 8h8M5.5 12h8M2.5 4h.1M2.5 8h.1M2.5 12h.1'],
  link: ['M6.5 9.5l3-3M7 4.8l1.4-1.4a2.6 2.6 0 0 1 3.7 3.7L10.7 8.5M9 11.2l-1.4 1.4a2.6 2.6 0 0 1-3.7-3.7L5.3 7.5'],
  expand: ['M5 6l3-3 3 3M5 10l3 3 3-3'],
  scales: ['M8 2.2v11.4M4.8 13.7h6.4M3.2 4.3h9.6', 'M3.2 4.3L1.5 9h3.4zM12.8 4.3L11.1 9h3.4z'],
  wand: ['M3 13l7-7M10.8 2v2.4M9.6 3.2H12M13.2 6.8v1.8M12.3 7.7h1.8'],
  folder: ['M1.8 4.3a1 1 0 0 1 1-1h3.3l1.5 1.7h5.6a1 1 0 0 1 1 1v6.2a1 1 0 0 1-1 1H2.8a1 1 0 0 1-1-1z'],
  shield: ['M8 1.8l5.2 1.9v4c0 3.2-2.1 5.5-5.2 6.5-3.1-1-5.2-3.3-5.2-6.5v-4z', 'M5.4 8l1.9 1.9 3.4-3.6'],
  export: ['M8 9.6V2M5.2 4.6L8 1.8l2.8 2.8M2.5 10.5v2a1.5 1.5 0 0 0 1.5 1.5h8a1.5 1.5 0 0 0 1.5-1.5v-2'],
  logo: [rect(3.2, 3.2, 9.6, 9.6, 2.4), 'M6 1v2.2M10 1v2.2M6 12.8V15M10 12.8V15M1 6h2.2M1 10h2.2M12.8 6H15M12.8 10H15M6.2 6.6L8 8.2 6.2 9.8M8.7 9.8h1.5'],
} as const satisfies Readonly<Record<string, IconPaths>>

export type IconName = keyof typeof icons
