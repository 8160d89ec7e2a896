import { expect, it } from 'vitest'
import { createLoad } from './createLoad.ts'

it('lets only the last of several runs count, and all of them end with it', async () => {
  const answers: ((value: string) => void)[] = []
  const load = createLoad(() => new Promise<string>((resolve) => answers.push(resolve)))
  const first = load.run().then(() => load.value)
  const second = load.run().then(() => load.value)
  answers[0]?.('old')
  await Promise.resolve()
  answers[1]?.('new')
  expect([await first, await second, load.loading]).toEqual(['new', 'new', false])
})
