import type { Variant } from "../import-all.ts";

const T = "2026-01-02T10:00:00Z";
const ROLE = {
  type: "AssumedRole",
  principalId: "AROA1:agent",
  arn: "arn:aws:sts::1:assumed-role/desk/agent",
  accountId: "1",
};
/** A record of a trail, and its parts. */
const call = (more: object = {}): object => ({
  eventVersion: "1.11",
  userIdentity: ROLE,
  eventTime: T,
  eventSource: "s3.amazonaws.com",
  eventName: "GetObject",
  eventID: "e",
  eventType: "AwsApiCall",
  requestParameters: { bucketName: "b", key: "k" },
  responseElements: null,
  ...more,
});
const refused = (errorCode: string): Variant => ({
  of: `the error code ${errorCode} is a denial`,
  content: [call({ errorCode, errorMessage: "no" })],
  calls: [{ decision: { effect: "deny", pdp: "aws-iam", rule: errorCode } }],
  lacks: ["outcome"],
});
const failed = (errorCode: string): Variant => ({
  of: `the error code ${errorCode} is a failure, and no decision`,
  content: [call({ errorCode })],
  calls: [{ outcome: { status: "error" } }],
  lacks: ["decision"],
});

/** CloudTrail's records, in all the places where they are kept. */
export const CLOUDTRAIL_VARIANTS: readonly Variant[] = [
  {
    of: "a record of a trail's file",
    content: JSON.stringify({ Records: [call(), call({ eventID: "f" })] }),
    calls: [
      {
        id: "e",
        time: T,
        subject: { id: ROLE.arn, account: "1" },
        action: { kind: "api_call", server: "s3.amazonaws.com", name: "GetObject" },
        args: { bucketName: "b", key: "k" },
        decision: { effect: "allow", pdp: "aws-iam" },
        outcome: { status: "ok" },
      },
      { id: "f" },
    ],
  },
  { of: "records in lines of their own", content: [call(), call()], calls: [{ id: "e" }, {}] },
  {
    of: "an event of EventBridge",
    content: [
      {
        version: "0",
        "detail-type": "AWS API Call via CloudTrail",
        detail: call({ eventID: "d" }),
      },
    ],
    calls: [{ id: "d" }],
  },
  {
    of: "the answer of `lookup-events`",
    content: JSON.stringify({
      Events: [{ EventId: "e", EventName: "GetObject", CloudTrailEvent: JSON.stringify(call()) }],
    }),
    calls: [{ id: "e", args: { key: "k" } }],
  },
  {
    of: "log events of CloudWatch",
    content: JSON.stringify({ logEvents: [{ timestamp: 1, message: JSON.stringify(call()) }] }),
    calls: [{ id: "e" }],
  },
  ...["AccessDenied", "AccessDeniedException", "Client.UnauthorizedOperation"].map(refused),
  ...["VpceAccessDenied", "UnauthorizedOperation", "NotAuthorizedException"].map(refused),
  ...["NoSuchKey", "ThrottlingException", "AccessDeniedByNobodyKnows"].map(failed),
  {
    of: "a user's long-lived key",
    content: [
      call({
        userIdentity: {
          type: "IAMUser",
          principalId: "AIDA1",
          accessKeyId: "AKIA1",
          userName: "ann",
        },
      }),
    ],
    calls: [{ subject: { id: "AIDA1", credential: { kind: "api_key", id: "AKIA1" } } }],
    lacks: ["session"],
  },
  {
    of: "temporary credentials are a session",
    content: [
      call({
        userIdentity: {
          ...ROLE,
          accessKeyId: "ASIA1",
          sessionContext: {
            sessionIssuer: { type: "Role", arn: "arn:aws:iam::1:role/desk" },
            attributes: { creationDate: T, mfaAuthenticated: "true" },
            sourceIdentity: "ann",
          },
        },
      }),
    ],
    calls: [
      {
        session: "ASIA1",
        subject: { issuer: "arn:aws:iam::1:role/desk", credential: { id: "ASIA1", issued: T } },
        context: { mfa: true, source_identity: "ann" },
      },
    ],
  },
  {
    of: "for whom a role acts",
    content: [
      call({ userIdentity: { ...ROLE, onBehalfOf: { userId: "u-1", identityStoreArn: "x" } } }),
    ],
    calls: [{ context: { on_behalf_of: { type: "human", id: "u-1" } } }],
  },
  {
    of: "a service of AWS",
    content: [call({ userIdentity: { type: "AWSService", invokedBy: "lambda.amazonaws.com" } })],
    calls: [
      {
        subject: { type: "service", id: "lambda.amazonaws.com" },
        context: { invoked_by: "lambda.amazonaws.com" },
      },
    ],
  },
  {
    of: "one resource",
    content: [call({ resources: [{ ARN: "arn:aws:kms:eu:1:key/k", type: "AWS::KMS::Key" }] })],
    calls: [{ resource: { type: "arn", id: "aws:kms:eu:1:key/k" } }],
  },
  {
    of: "an object beside its bucket",
    content: [
      call({
        resources: [
          { type: "AWS::S3::Object", ARN: "arn:aws:s3:::b/k" },
          { type: "AWS::S3::Bucket", ARN: "arn:aws:s3:::b", accountId: "1" },
        ],
      }),
    ],
    calls: [{ resource: { type: "arn", id: "aws:s3:::b/k" } }],
  },
  {
    of: "several resources are none that is known",
    content: [call({ resources: [{ ARN: "arn:aws:kms:a" }, { ARN: "arn:aws:kms:b" }] })],
    calls: [{ id: "e" }],
    lacks: ["resource"],
  },
  {
    of: "no parameters",
    content: [call({ requestParameters: null })],
    calls: [{ id: "e" }],
    lacks: ["args"],
  },
  {
    of: "what a service did by itself has no decision",
    content: [call({ eventType: "AwsServiceEvent" })],
    calls: [{ context: { event_type: "AwsServiceEvent" }, outcome: { status: "ok" } }],
    lacks: ["decision"],
  },
  {
    of: "where and how it came",
    content: [
      call({
        awsRegion: "eu-west-1",
        sourceIPAddress: "192.0.2.1",
        userAgent: "cli",
        readOnly: true,
      }),
    ],
    calls: [
      {
        context: {
          region: "eu-west-1",
          source_ip: "192.0.2.1",
          user_agent: "cli",
          read_only: true,
        },
      },
    ],
  },
  {
    of: "what CloudTrail finds out of many events is no call",
    content: [
      call({ eventCategory: "Data" }),
      { ...call({ eventCategory: "Insight", eventType: "AwsCloudTrailInsight" }) },
    ],
    calls: [{ action: { kind: "api_call" } }],
  },
];
