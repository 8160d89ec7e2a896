import type { ITheme } from '@xterm/xterm'

export type TerminalProfile = 'basic' | 'pro'

const ANSI: ITheme = {
  black: '#000000', red: '#c23621', green: '#25bc24', yellow: '#adad27', blue: '#492ee1', magenta: '#d338d3', cyan: '#33bbc8', white: '#cbcccd',
  brightBlack: '#818383', brightRed: '#fc391f', brightGreen: '#31e722', brightYellow: '#eaec23', brightBlue: '#5833ff', brightMagenta: '#f935f8', brightCyan: '#14f0f0', brightWhite: '#e9ebeb',
}
const LIGHT_ANSI: ITheme = { ...ANSI, blue: '#075fe4', green: '#127a3f', yellow: '#8f5800', cyan: '#0b6e78', red: '#c4232b', brightBlack: '#6a6a74' }
const DARK_ANSI: ITheme = { ...ANSI, green: '#5fd18d', yellow: '#f0b74e', blue: '#5ba0ff', cyan: '#5cc9d3', red: '#ff8581', magenta: '#b79bff' }

/** Basic follows the window's light or dark; Pro is always black. */
export function terminalTheme(profile: TerminalProfile, dark: boolean): ITheme {
  if (profile === 'pro') {
    return { ...DARK_ANSI, background: '#000000', foreground: '#f2f2f2', cursor: '#4d4d4d', cursorAccent: '#f2f2f2', selectionBackground: '#414141' }
  }
  return dark
    ? { ...DARK_ANSI, background: '#1c1c1f', foreground: '#ececf0', cursor: '#9b9ba5', cursorAccent: '#1c1c1f', selectionBackground: '#3a4a66' }
    : { ...LIGHT_ANSI, background: '#ffffff', foreground: '#1c1c21', cursor: '#7f7f7f', cursorAccent: '#ffffff', selectionBackground: '#b4d5fe' }
}
