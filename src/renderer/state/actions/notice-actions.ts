import { acknowledgeNotice } from '../notice-store.ts'
import type { Action } from './action.ts'

export const acknowledge: Action<'notice'> = {
  id: 'acknowledge',
  of: 'notice',
  label: 'Acknowledge',
  validate: ({ noticeId }, { notices }) =>
    notices.notices.some(({ id }) => id === noticeId) ? null : 'It is over already.',
  run: ({ noticeId }) => acknowledgeNotice(noticeId),
}
