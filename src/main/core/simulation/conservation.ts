/**
 * The law of every migration: each destination page holds the source's version at the stop or a later one written at
 * the destination, and nothing else was written there. Throws when it is broken: a bug of the simulation.
 */
export const checkConservation = (
  source: Uint32Array,
  destination: Uint32Array,
  writesAtDestination: number,
): void => {
  let written = 0
  for (let page = 0; page < source.length; page++) {
    const difference = (destination[page] ?? 0) - (source[page] ?? 0)
    if (difference < 0)
      throw new Error(
        `page ${page} arrived as version ${destination[page]}, the source holds ${source[page]}`,
      )
    written += difference
  }
  if (written !== writesAtDestination)
    throw new Error(
      `destination pages are ${written} versions ahead, but ${writesAtDestination} were written`,
    )
}
