import { expect, test } from 'vitest'
import { UserStory, hex } from '../../../test/support/userStory.ts'
import {
  IOKit, KERN_SUCCESS, KERN_TERMINATED, kIOReturnSuccess, kIOReturnUnsupported,
} from '../../abi/index.ts'
import { defineMetaClass, registerClasses } from '../../libkern/index.ts'
import {
  kernel_task, semaphore_create, semaphore_destroy, semaphore_signal, type Semaphore,
} from '../../mach/index.ts'
import { semaphore_wait_trap } from '../../mach/user.ts'
import { IOUserClient, type ClientSemaphore } from './index.ts'

let semaphore: Semaphore

class BellClient extends IOUserClient {
  static override readonly metaClass = defineMetaClass('BellClient', BellClient, IOUserClient)

  override getNotificationSemaphore(type: number): ClientSemaphore {
    if (type === 0) return { result: kIOReturnSuccess, semaphore }
    return { result: kIOReturnUnsupported, semaphore: null }
  }
}

test('a client lends its semaphore, which its task waits on by name', () => {
  const story = new UserStory()
  story.do(() => {
    registerClasses('com.example.bell', [BellClient.metaClass])
    semaphore = semaphore_create(kernel_task(), 0, 0).semaphore!
  })
  const task = story.task('app')
  const { connection } = story.open(task, story.service('BellClient'))
  const ask = (type: number): unknown =>
    story.ask(task, connection, IOKit.connect_get_notification_semaphore, type)
  expect(ask(1)).toBe(hex(kIOReturnUnsupported))
  const [name] = ask(0) as [number]
  expect([ask(0), story.refs(task, name)]).toEqual([[name], 2])
  story.do(() => semaphore_signal(semaphore))
  expect(story.inTask(task, () => semaphore_wait_trap(task, name))).toBe(KERN_SUCCESS)
  story.do(() => semaphore_destroy(kernel_task(), semaphore))
  expect(story.inTask(task, () => semaphore_wait_trap(task, name))).toBe(KERN_TERMINATED)
})
