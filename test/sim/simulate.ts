import { join } from 'node:path'
import type { MachineDescription } from '../../kernel/index.ts'
import { Random } from '../../kernel/sim/index.ts'
import { machineOptions } from '../../main/kernelHost/machineOptions.ts'
import { readKextBundle, readTemplates } from '../../main/kernelHost/resources.ts'
import { freePorts, pick, randomActions, randomMachine, type BundleFiles } from './actions.ts'
import { Tally } from './checkers.ts'
import { playEpisode, type EpisodePlan, type EpisodeResult, type Surroundings } from './Episode.ts'
import { shrink } from './shrink.ts'

const resources = join(import.meta.dirname, '../../resources')
const templates = readTemplates(resources)
const TEMPLATES = ['intel-desktop', 'apple-silicon-laptop'] as const
const ACTIONS_PER_EPISODE = 24

/** A failure with all that is needed to see it again. */
export interface SimulationFailure {
  readonly seed: number
  readonly episode: number
  readonly plan: EpisodePlan
  readonly faults: readonly string[]
}

/** What a simulation did. */
export interface SimulationSummary {
  readonly episodes: number
  readonly steps: number
  readonly faultsInjected: number
  readonly tally: Tally
  readonly failure: SimulationFailure | null
}

/** What the machines of all episodes have in common. */
export function surroundings(): Surroundings {
  const bundles = new Map<string, BundleFiles>()
  for (const name of ['HelloIOKit']) bundles.set(name, readKextBundle(join(resources, `kexts/${name}.kext`)))
  return { options: machineOptions([]), bundles, tally: new Tally() }
}

/** The plan of one episode: everything about it follows from the two numbers. */
export function planEpisode(seed: number, episode: number): EpisodePlan {
  const random = new Random((seed * 0x10001 + episode * 0x9e3779b1) >>> 0)
  const name = random.below(4) === 0 ? TEMPLATES[1] : TEMPLATES[0]
  const description = randomMachine(random, templates.get(name)!)
  const actions = randomActions(random, {
    ports: pickPorts(random, description), count: 4 + random.below(ACTIONS_PER_EPISODE),
    hasPrograms: random.below(2) === 0,
  })
  return { seed: random.next32(), description, actions }
}

/** Plays episodes while `goesOn` says so; the first failure ends it, shortened. */
export function simulate(seed: number, goesOn: (episode: number) => boolean): SimulationSummary {
  const around = surroundings()
  const sums = { steps: 0, faultsInjected: 0 }
  for (let episode = 0; ; episode++) {
    const summary = { episodes: episode, ...sums, tally: around.tally }
    if (!goesOn(episode)) return { ...summary, failure: null }
    const plan = planEpisode(seed, episode)
    const result = playSafely(plan, around)
    sums.steps += result.steps
    sums.faultsInjected += result.faultsInjected
    if (result.failure !== null) {
      return { ...summary, ...sums, failure: shorten({ seed, episode, plan, faults: result.failure.faults }, result) }
    }
  }
}

/** Programs are started beside the journal: such an episode is played twice instead of replayed. */
function playTwice(plan: EpisodePlan, around: Surroundings): EpisodeResult {
  const first = playEpisode(plan, around)
  if (first.failure !== null || !plan.actions.some((action) => action.do === 'program' || action.do === 'service')) return first
  const second = playEpisode(plan, { ...around, tally: new Tally() })
  around.tally.add('replay')
  if (second.digest === first.digest) return first
  return { ...first, failure: { at: plan.actions.length, faults: [`played twice: ${first.digest}, then ${second.digest}`] } }
}

/** An assertion of ours is a failure like any other. */
export function playSafely(plan: EpisodePlan, around: Surroundings): EpisodeResult {
  try {
    return playTwice(plan, around)
  } catch (error) {
    const text = error instanceof Error ? error.stack ?? error.message : `${error?.constructor.name ?? ""} ${JSON.stringify(error)}`
    return { failure: { at: plan.actions.length, faults: [`our own fault: ${text}`] }, steps: 0, digest: '', faultsInjected: 0 }
  }
}

function shorten(failure: SimulationFailure, { failure: seen }: EpisodeResult): SimulationFailure {
  const quiet = { ...surroundings() }
  const upTo = failure.plan.actions.slice(0, (seen?.at ?? 0) + 1)
  const kind = firstWords(failure.faults[0] ?? '')
  const fails = (actions: EpisodePlan['actions']): boolean => {
    const result = playSafely({ ...failure.plan, actions }, quiet)
    return result.failure !== null && firstWords(result.failure.faults[0] ?? '') === kind
  }
  const actions = shrink(fails(upTo) ? upTo : failure.plan.actions, fails, 60)
  return { ...failure, plan: { ...failure.plan, actions } }
}

const firstWords = (text: string): string => text.replaceAll(/[0-9a-fx]{4,}|\d+/gu, '#').slice(0, 40)

function pickPorts(random: Random, description: MachineDescription): string[] {
  const ports = freePorts(description)
  return ports.length === 0 ? [] : [pick(random, ports), pick(random, ports)]
}
