import type { JsonObject } from "../../request/json.ts";

/** Error codes that say that the caller may not do this. */
const REFUSED =
  "(^|[.])(Vpce)?(AccessDenied(Exception)?|Unauthorized(Operation|Access|Exception)?" +
  "|AuthorizationError(Exception)?|NotAuthorized(Exception)?|ForbiddenException)$";

/**
 * AWS CloudTrail's events as a mapping: files of a trail (`Records`), events of EventBridge
 * (`detail`), answers of `lookup-events` (`CloudTrailEvent`), log events of CloudWatch, or records
 * alone.
 */
export const CLOUDTRAIL: JsonObject = {
  apiVersion: "agentz/v1",
  kind: "Mapping",
  name: "cloudtrail",
  format: "jsonl",
  each: {
    entry: `has(record.Records) ? record.Records
      : has(record.Events) ? record.Events.map(e, json(e.CloudTrailEvent))
      : has(record.logEvents) ? record.logEvents.map(e, json(e.message))
      : has(record.CloudTrailEvent) ? [json(record.CloudTrailEvent)]
      : has(record.detail) ? [record.detail]
      : [record]`,
    used: "[entry.?userIdentity.?accessKeyId.orValue('')]",
    code: "[entry.?errorCode.orValue('')]",
    refused: `[code.matches('${REFUSED}')]`,
  },
  // what CloudTrail finds out of many events is no call by itself
  where: "entry.?eventCategory.orValue('') != 'Insight'",
  // a record in none of the shapes that a trail has is no event of one
  when: `has(record.Records) || has(record.Events) || has(record.logEvents)
    || has(record.CloudTrailEvent) || has(record.detail) || has(record.eventName)
    || has(record.eventSource)`,
  event: {
    id: "entry.eventID",
    time: "entry.eventTime",
    // temporary credentials are those of one session of a role
    session: "used.startsWith('ASIA') ? used : entry.none",
    subject: {
      type: "entry.userIdentity.type == 'AWSService' ? 'service' : entry.none",
      id:
        "entry.?userIdentity.?arn.or(entry.?userIdentity.?principalId)" +
        ".or(entry.?userIdentity.?invokedBy).or(entry.?userIdentity.?userName)",
      account: "entry.userIdentity.accountId",
      issuer: "entry.userIdentity.sessionContext.sessionIssuer.arn",
      credential: {
        kind: "!used.startsWith('AKIA') ? entry.none : 'api_key'",
        id: "entry.userIdentity.accessKeyId",
        issued: "entry.userIdentity.sessionContext.attributes.creationDate",
      },
    },
    action: { kind: "'api_call'", server: "entry.eventSource", name: "entry.eventName" },
    args: "entry.requestParameters",
    resource: `entry.resources.exists_one(r, r.?type.orValue('') == 'AWS::S3::Object')
        ? {'type': 'arn', 'id': entry.resources.filter(r, r.?type.orValue('') == 'AWS::S3::Object')[0].ARN.substring(4)}
      : size(entry.resources) == 1 ? {'type': 'arn', 'id': entry.resources[0].ARN.substring(4)}
      : entry.none`,
    context: {
      region: "entry.awsRegion",
      source_ip: "entry.sourceIPAddress",
      user_agent: "entry.userAgent",
      account: "entry.recipientAccountId",
      event_type: "entry.eventType",
      read_only: "entry.readOnly",
      mfa: "string(entry.userIdentity.sessionContext.attributes.mfaAuthenticated) == 'true'",
      source_identity: "entry.userIdentity.sessionContext.sourceIdentity",
      invoked_by: "entry.userIdentity.invokedBy",
      request_id: "entry.requestID",
      error: "entry.errorCode",
      on_behalf_of: "{'type': 'human', 'id': entry.userIdentity.onBehalfOf.userId}",
    },
    decision: {
      effect: `refused ? 'deny'
        : code == '' && entry.?eventType.orValue('AwsApiCall') == 'AwsApiCall' ? 'allow' : entry.none`,
      pdp: "'aws-iam'",
      rule: "refused ? code : entry.none",
    },
    outcome: { status: "refused ? entry.none : code == '' ? 'ok' : 'error'" },
  },
};
