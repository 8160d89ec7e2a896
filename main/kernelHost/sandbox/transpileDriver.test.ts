import { describe, expect, it } from 'vitest'
import { transpileDriver } from './transpileDriver.ts'

/** Runs instrumented code with a recording runtime; answers what it exported and what the runtime heard. */
function evaluate(source: string): { exports: Record<string, unknown>; heard: string[]; steps: () => number } {
  const result = transpileDriver(source, 'driver.ts')
  if (!result.ok) throw new Error(JSON.stringify(result.problems))
  const heard: string[] = []
  let steps = 0
  const exported: Record<string, unknown> = {}
  const body = new Function('exports', 'require', '$enter', '$leave', '$fault', '$step', result.value.code)
  body(exported, () => ({ Base: Object }), (index: number) => {
    heard.push(`+${result.value.functions[index]!.symbol}`)
    return index
  }, (index: number) => heard.push(`-${result.value.functions[index]!.symbol}`), (error: unknown) => {
    heard.push(`!${(error as Error).constructor.name}`)
    return error
  }, () => void steps++)
  return { exports: exported, heard, steps: () => steps }
}

describe('transpileDriver', () => {
  it('names methods, arrow fields and functions, and sees faults where they happen', () => {
    const { exports, heard } = evaluate(`
      import { Base } from 'kpi'
      export class Disk extends Base {
        private ring!: { head: number }
        isOurs = (): boolean => (this.ring.head > 0);
        *start(): Generator<void, number> { const x = yield* this.more(); return x + 1 }
        *more(): Generator<void, number> { yield; return 41 }
      }
      export const helper = (n: number) => n * 2
      export function plain(): number { return helper(4) }`)
    const disk = new (exports.Disk as new () => { isOurs(): boolean; start(): Generator<void, number> })()
    expect([...disk.start()]).toEqual([undefined])
    expect(() => disk.isOurs()).toThrow(TypeError)
    expect((exports.plain as () => number)()).toBe(8)
    expect(heard).toEqual([
      '+Disk::start', '+Disk::more', '-Disk::more', '-Disk::start',
      '+Disk::isOurs', '!TypeError', '-Disk::isOurs',
      '+plain', '+helper', '-helper', '-plain',
    ])
  })

  it('spends a step on each turn of each kind of loop', () => {
    const { exports, steps } = evaluate(`
      export function run(): number {
        let n = 0
        for (let i = 0; i < 3; i++) n++
        for (const x of [1, 2]) { n += x }
        for (const k in { a: 1 }) n++
        while (n < 10) n++
        do n++; while (n < 12)
        return n
      }`)
    expect((exports.run as () => number)()).toBe(12)
    expect(steps()).toBe(3 + 2 + 1 + 3 + 2)
  })

  it('keeps meaning: objects from arrows, nested arrows, getters, constructors, labels', () => {
    const { exports } = evaluate(`
      export const make = () => ({ a: (x: number) => ((y: number) => x + y) })
      export class Point { constructor(readonly x: number) {} get twice(): number { return this.x * 2 } }
      export function find(): number { outer: for (const a of [1, 2]) for (const b of [3, 4]) if (a + b === 5) { return b } else continue outer
        return -1 }`)
    const made = (exports.make as () => { a(x: number): (y: number) => number })()
    expect(made.a(3)(4)).toBe(7)
    const Point = exports.Point as new (x: number) => { twice: number }
    expect(new Point(21).twice).toBe(42)
    expect((exports.find as () => number)()).toBe(3)
  })

  it('says what and where for code it cannot take', () => {
    const broken = transpileDriver('export class {', 'bad.ts')
    expect(broken).toMatchObject({ ok: false, problems: [{ where: 'bad.ts', line: 1 }] })
    const dynamic = transpileDriver('// fine\n// import("x")', 'dyn.ts')
    expect(dynamic).toMatchObject({ ok: false, problems: [{ where: 'dyn.ts', line: 2, seen: 'import(' }] })
  })
})
