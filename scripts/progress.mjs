/** @param {number} startedAtMs */
const secondsSince = startedAtMs => `${((performance.now() - startedAtMs) / 1000).toFixed(1)} s`

/**
 * Does one piece of work and shows its name and how long it takes, on stderr so that results stay alone on stdout.
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export const step = async (name, work) => {
  const startedAtMs = performance.now()
  const live = process.stderr.isTTY
  const draw = () => process.stderr.write(`\r· ${name}  ${secondsSince(startedAtMs)} `)
  if (live) draw()
  else process.stderr.write(`· ${name}\n`)
  const timer = live ? setInterval(draw, 200) : undefined
  /** @param {string} mark */
  const finish = mark =>
    process.stderr.write(`${live ? '\r' : ''}${mark} ${name}  ${secondsSince(startedAtMs)} \n`)
  try {
    const result = await work()
    finish('✓')
    return result
  } catch (error) {
    finish('✗')
    throw error
  } finally {
    clearInterval(timer)
  }
}
