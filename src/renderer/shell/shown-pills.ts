/** Room that a pill with a short name and its state needs, CSS pixels. */
const PILL_PX = 106

/** How many of the pills are shown one by one; where they do not all fit, one place is kept for the count of the rest. */
export const shownPills = (pills: number, roomPx: number): number => {
  const places = Math.max(1, Math.floor(roomPx / PILL_PX))
  return pills <= places ? pills : places - 1
}
