import type { Round } from '../../../shared/model/migration.ts'

/** Pages that a live round left to send: dirtied while it lasted, and unsent by a host that read its log before its end. */
export const leftAfter = ({
  dirtiedPages,
  unsentPages = 0,
}: Pick<Round, 'dirtiedPages' | 'unsentPages'>): number => dirtiedPages + unsentPages
