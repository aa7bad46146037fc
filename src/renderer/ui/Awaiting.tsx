import { Blank } from './Blank.tsx'
import { Clock } from './Clock.tsx'

/** In place of a screen whose first data has not come: what is awaited and since when. */
export const Awaiting = ({ what, sinceMs }: { readonly what: string; readonly sinceMs: number }) => (
  <Blank title={`Awaiting ${what}`}>
    Asked for since <Clock atMs={sinceMs} />.
  </Blank>
)
