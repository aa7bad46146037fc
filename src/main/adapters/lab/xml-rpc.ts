import { readMethodCall } from './read-method-call.ts'
import type { XapiDispatch, XapiRequest } from './xapi-dispatch.ts'
import { errorDescription } from './xapi-error.ts'
import { xmlMember, xmlValue } from './xml-value.ts'

/** Answers the text of one XML-RPC call; null when it is none. */
export const answerXmlRpc = async (
  text: string,
  dispatch: XapiDispatch,
  from: Pick<XapiRequest, 'host' | 'signal'>,
): Promise<string | null> => {
  const call = readMethodCall(text)
  if (call === null) return null
  try {
    return envelope('Success', 'Value', (await dispatch({ ...call, ...from })) ?? '')
  } catch (error) {
    return xmlFailure(errorDescription(error))
  }
}

export const xmlFailure = (description: readonly string[]): string =>
  envelope('Failure', 'ErrorDescription', description)

const envelope = (status: 'Success' | 'Failure', name: string, value: unknown): string =>
  `<?xml version="1.0"?><methodResponse><params><param><value><struct>${xmlMember('Status', xmlValue(status))}${xmlMember(name, xmlValue(value))}</struct></value></param></params></methodResponse>`
