const reasons = {
  'no-token':
    'This console opens only with the address that Longshore printed when it was started: the one that ends in ?token=… An address from an earlier start no longer works.',
  'foreign-host':
    'This console answers only to the names of its own machine: 127.0.0.1 or localhost. From another machine, use ssh -L and open the forwarded port on localhost.',
} as const

const body = (because: keyof typeof reasons): string => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Longshore: not admitted</title></head>
<body style="font: 16px/1.5 system-ui, sans-serif; max-width: 40em; margin: 4em auto; padding: 0 1em">
<h1>Not admitted</h1>
<p>${reasons[because]}</p>
</body>
</html>
`

/** What whoever is not let in reads, in plain words. */
export const refusalPage = {
  headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
  body,
} as const
