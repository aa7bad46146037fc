import { Button, Menu, useComputedColorScheme } from '@mantine/core'
import { reportOf } from '../../../shared/failure.ts'
import type { Migration } from '../../../shared/model/migration.ts'
import type { PhaseTimelineData } from '../../charts/phase-timeline/data.ts'
import { timelinePicture } from '../../charts/phase-timeline/picture.ts'
import { shapesAsPng } from '../../charts/shapes-as-png.ts'
import { shapesAsSvg } from '../../charts/shapes-as-svg.ts'
import { chartThemeOf } from '../../charts/theme.ts'
import { toastFailed } from '../../state/index.ts'
import { saveFile } from '../../ui/save-file.ts'
import { exportName } from './export-name.ts'
import { roundsCsv } from './rounds-csv.ts'
import { timelineHeading } from './timeline-heading.ts'

interface Props {
  readonly migration: Migration
  readonly read: () => PhaseTimelineData
  readonly hostName: (hostId: string) => string
}

/** Keeps the timeline as a picture, in the colours it is seen in, or its rounds as a table. */
export const ExportMenu = ({ migration, read, hostName }: Props) => {
  const theme = chartThemeOf(useComputedColorScheme('dark'))
  const picture = () => {
    const data = read()
    return timelinePicture(data, timelineHeading(migration, hostName, data.elapsedMs), theme)
  }
  const save = async (extension: string, contentOf: () => Blob | Promise<Blob>) => {
    try {
      saveFile(exportName(migration, extension), await contentOf())
    } catch (error) {
      toastFailed(
        reportOf(error, {
          what: `The ${extension.toUpperCase()} file could not be made`,
          remedy: 'Try another format.',
        }),
      )
    }
  }
  const savePng = () => save('png', () => shapesAsPng(picture()))
  const saveSvg = () => save('svg', () => new Blob([shapesAsSvg(picture())], { type: 'image/svg+xml' }))
  const saveCsv = () => save('csv', () => new Blob([roundsCsv(migration)], { type: 'text/csv' }))
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button size="xs" variant="default">
          Export
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => void savePng()}>Timeline as PNG</Menu.Item>
        <Menu.Item onClick={() => void saveSvg()}>Timeline as SVG</Menu.Item>
        {migration.rounds.length > 0 && <Menu.Item onClick={() => void saveCsv()}>Rounds as CSV</Menu.Item>}
      </Menu.Dropdown>
    </Menu>
  )
}
