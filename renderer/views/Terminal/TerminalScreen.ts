import '@xterm/xterm/css/xterm.css'
import { FitAddon } from '@xterm/addon-fit'
import { SearchAddon } from '@xterm/addon-search'
import { Unicode11Addon } from '@xterm/addon-unicode11'
import { Terminal } from '@xterm/xterm'
import { clipboardKey } from './clipboardKeys.ts'
import { createLinkProvider } from './linkProvider.ts'
import type { LinkTargets } from './linkProvider.ts'
import { terminalTheme } from './profiles.ts'
import type { TerminalProfile } from './profiles.ts'

const ACKNOWLEDGE_BYTES = 64 * 1024
const ACKNOWLEDGE_MS = 16

export interface TerminalLink {
  input(data: string): void
  resize(columns: number, rows: number): void
  acknowledge(bytes: number): void
}

/** One xterm screen. It owns a DOM element that views take in and give back, so the text survives a change of view. */
export class TerminalScreen {
  readonly element = document.createElement('div')
  private readonly terminal: Terminal
  private readonly fitter = new FitAddon()
  private readonly searcher = new SearchAddon()
  private readonly darkMode = matchMedia('(prefers-color-scheme: dark)')
  private readonly themeObserver: MutationObserver
  private link: TerminalLink | null = null
  private drawnBytes = 0
  private acknowledgeTimer: ReturnType<typeof setTimeout> | null = null
  private readonly tip = document.createElement('div')
  private opened = false

  constructor(private profile: TerminalProfile, targets: LinkTargets) {
    this.element.className = 'terminal-screen'
    this.terminal = new Terminal({
      allowProposedApi: true, cols: 80, rows: 24, scrollback: 10_000, fontSize: 12, lineHeight: 1.2, cursorBlink: true,
      fontFamily: getComputedStyle(document.documentElement).getPropertyValue('--font-mono') || 'monospace',
      macOptionIsMeta: true, theme: terminalTheme(profile, this.isDark()),
    })
    this.terminal.loadAddon(this.fitter)
    this.terminal.loadAddon(this.searcher)
    this.terminal.loadAddon(new Unicode11Addon())
    this.terminal.unicode.activeVersion = '11'
    this.terminal.attachCustomKeyEventHandler((event) => clipboardKey(this.terminal, event))
    this.terminal.registerLinkProvider(createLinkProvider(this.terminal, targets, (text, event) => this.showTip(text, event)))
    this.tip.className = 'terminal-tip'
    this.tip.setAttribute('role', 'status')
    this.terminal.onData((data) => this.link?.input(data))
    this.terminal.onResize(({ cols, rows }) => this.link?.resize(cols, rows))
    this.themeObserver = new MutationObserver(this.applyTheme)
    this.themeObserver.observe(document.documentElement, { attributeFilter: ['data-theme'] })
    this.darkMode.addEventListener('change', this.applyTheme)
    this.applyTheme()
  }

  get columns(): number { return this.terminal.cols }
  get rows(): number { return this.terminal.rows }

  connect(link: TerminalLink): void {
    this.link = link
    if (this.opened) link.resize(this.columns, this.rows)
  }

  /** Draws output; what has been drawn is acknowledged in portions so that a flood waits for the eye. */
  write(data: Uint8Array): void {
    this.terminal.write(data, () => {
      this.drawnBytes += data.length
      if (this.drawnBytes >= ACKNOWLEDGE_BYTES) this.acknowledge()
      else this.acknowledgeTimer ??= setTimeout(() => this.acknowledge(), ACKNOWLEDGE_MS)
    })
  }

  /** Takes the screen into a view. */
  attach(parent: HTMLElement): void {
    parent.append(this.element)
    if (!this.opened) {
      this.terminal.open(this.element)
      this.opened = true
    }
    this.fit()
  }

  detach(): void {
    this.element.remove()
  }

  fit(): void {
    if (this.element.isConnected && this.element.clientHeight > 0) this.fitter.fit()
  }

  focus(): void {
    this.terminal.focus()
  }

  /** Types for the user, who goes on from there. */
  type(text: string): void {
    this.link?.input(text)
    this.focus()
  }

  selectedText(): string {
    return this.terminal.getSelection()
  }

  clear(): void {
    this.terminal.clear()
  }

  find(text: string, backwards: boolean): boolean {
    if (text === '') {
      this.searcher.clearDecorations()
      return true
    }
    return backwards ? this.searcher.findPrevious(text) : this.searcher.findNext(text)
  }

  /** A new shell takes the place of one that ended with its machine. */
  begin(link: TerminalLink): void {
    this.terminal.options.disableStdin = false
    this.terminal.options.cursorBlink = true
    this.terminal.write('\r\n')
    this.connect(link)
  }

  /** The shell is gone: says so and takes no more input. */
  end(): void {
    this.link = null
    this.terminal.options.disableStdin = true
    this.terminal.options.cursorBlink = false
    this.terminal.write('\r\n[Process completed]\r\n')
  }

  setProfile(profile: TerminalProfile): void {
    this.profile = profile
    this.applyTheme()
  }

  dispose(): void {
    this.themeObserver.disconnect()
    this.darkMode.removeEventListener('change', this.applyTheme)
    if (this.acknowledgeTimer !== null) clearTimeout(this.acknowledgeTimer)
    this.terminal.dispose()
    this.element.remove()
  }

  private readonly applyTheme = (): void => {
    const theme = terminalTheme(this.profile, this.isDark())
    this.terminal.options.theme = theme
    this.element.style.background = theme.background ?? ''
  }

  /** What a link means, beside the pointer; null takes it away. */
  private showTip(text: string | null, event: MouseEvent): void {
    if (text === null) {
      this.tip.remove()
      return
    }
    this.tip.textContent = text
    this.element.append(this.tip)
    const box = this.element.getBoundingClientRect()
    const left = Math.max(4, Math.min(event.clientX - box.left + 8, box.width - this.tip.offsetWidth - 8))
    const below = event.clientY - box.top + 16
    const top = below + this.tip.offsetHeight > box.height ? event.clientY - box.top - this.tip.offsetHeight - 8 : below
    this.tip.style.translate = `${left}px ${top}px`
  }

  private acknowledge(): void {
    if (this.acknowledgeTimer !== null) clearTimeout(this.acknowledgeTimer)
    this.acknowledgeTimer = null
    if (this.drawnBytes > 0) this.link?.acknowledge(this.drawnBytes)
    this.drawnBytes = 0
  }

  private isDark(): boolean {
    const forced = document.documentElement.dataset['theme']
    return forced === undefined ? this.darkMode.matches : forced === 'dark'
  }
}
