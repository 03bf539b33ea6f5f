import type { EchoServer } from "./echo-server.ts";
import type { Things } from "./make-things.ts";

/** A request to a route that changes nothing on which other requests depend. */
export interface Sample {
  params?: Record<string, string>;
  query?: Record<string, string>;
  body?: unknown;
  /** What has to be made good when it went well. */
  undo?: "sign in" | "join again";
}

/** Refused by the contract, after it was let through. */
const UNFIT = { body: { unfit: true } };

type Samples = Record<string, Sample | readonly Sample[]>;

/** By the route's id. */
export function routeSamples(things: Things, { graph, echo }: { graph: unknown; echo: EchoServer }): Samples {
  const { workspace, connection, credential, doomed, gate, variable } = things;
  return {
    ...graphSamples(things, graph),
    ...runSamples(things),
    ...knowledgeSamples(things),
    ...peopleSamples(things),
    ...workflowSamples(things),
    healthLive: {},
    healthReady: {},
    listNodeTypes: {},
    listApprovals: {},
    countApprovals: {},
    readCostEstimate: { params: { id: things.graph } },
    readApproval: { params: { id: gate } },
    decideApproval: { params: { id: gate }, body: { decision: "no such decision" } },
    listAudit: {},
    verifyAudit: {},
    listConnections: {},
    createConnection: UNFIT,
    readConnection: { params: { id: connection } },
    changeConnection: { params: { id: connection }, body: {} },
    deleteConnection: { params: { id: doomed.connection } },
    testConnection: { params: { id: connection }, body: {} },
    // its server does not start, which a list or a call would wait for
    listTools: { params: { id: connection }, query: { unfit: "true" } },
    changeTool: { params: { id: connection, name: "none" }, body: { hash: "none", readOnly: true } },
    callTool: { params: { id: connection, name: "none" }, ...UNFIT },
    // its server is no remote one, and does not start
    listResources: { params: { id: connection }, query: { unfit: "true" } },
    readResource: { params: { id: connection }, ...UNFIT },
    listPrompts: { params: { id: connection }, query: { unfit: "true" } },
    getPrompt: { params: { id: connection }, ...UNFIT },
    searchTools: {},
    listToolRules: {},
    setToolRule: { body: { subject: "*", connection, tool: "none", rule: null } },
    readToolFigures: { params: { id: connection } },
    listConnectionUses: { params: { id: connection } },
    listToolUses: { params: { id: connection, name: "none" } },
    readServerLog: { params: { id: connection } },
    authorizeConnection: { params: { id: connection }, body: {} },
    oauthCallback: {},
    listModels: {},
    setModel: { params: { provider: "compatible", model: "none" }, ...UNFIT },
    resetModel: { params: { provider: "compatible", model: "none" } },
    // it is no model provider
    listConnectionModels: { params: { id: connection } },
    listCredentials: {},
    createCredential: { body: { name: "New", settings: { kind: "bearer" }, hosts: [echo.host], secret: "a new secret".replaceAll(" ", "-") } },
    readCredential: { params: { id: credential } },
    changeCredential: { params: { id: credential }, body: { description: "changed" } },
    rotateCredential: { params: { id: credential }, body: { secret: "the-next-secret" } },
    deleteCredential: { params: { id: doomed.credential } },
    testCredential: { params: { id: credential }, body: { url: `${echo.url}/status/200` } },
    listCredentialUses: { params: { id: credential } },
    readVault: {},
    rotateVaultKey: {},
    cancelRewrap: {},
    listVariables: {},
    readVariable: { params: { name: variable } },
    writeVariable: { params: { name: "changed" }, body: { value: 1 } },
    storeAsset: { query: { name: "a.txt" }, body: "some text" },
    // as much as a large value of a run, which lies in the same store
    readAsset: { params: { hash: things.hash } },
    listAssets: {},
    listAssetUses: { params: { hash: things.file } },
    changeAsset: { params: { hash: things.file }, body: { isKept: true } },
    deleteAsset: { params: { hash: things.doomed.file } },
    deleteVariable: { params: { name: "none" } },
    readWorkspace: { params: { id: workspace } },
    renameWorkspace: { params: { id: workspace }, body: { name: things.mark } },
  };
}

function workflowSamples({ connection, workflow }: Things): Samples {
  const params = { id: workflow };
  // it is no ComfyUI server
  const server = { params: { id: connection } };
  return {
    listWorkflows: {},
    listWorkflowTags: {},
    readWorkflowSource: UNFIT,
    createWorkflow: UNFIT,
    readWorkflow: { params },
    changeWorkflow: { params, body: {} },
    archiveWorkflow: { params },
    restoreWorkflow: { params, body: {} },
    listWorkflowVersions: { params },
    addWorkflowVersion: { params, ...UNFIT },
    refreshWorkflow: { params, ...UNFIT },
    listComfyQueue: server,
    moveComfyJob: { ...server, body: { promptId: "none" } },
    cancelComfyJob: { ...server, body: { promptId: "none" } },
    clearComfyQueue: { ...server, body: {} },
  };
}

function graphSamples(things: Things, graph: unknown): Samples {
  const params = { id: things.graph };
  const hook = { params: { ...params, node: things.hookNode } };
  const share = { ...params, share: things.shares.view };
  return {
    listGraphs: {},
    createGraph: { body: { name: "Made" } },
    readGraph: { params },
    readGraphAccess: [{ params }, { params: { id: things.otherGraph } }],
    renameGraph: { params, body: { description: "changed" } },
    archiveGraph: { params: { id: things.doomed.graph } },
    replaceGraph: { params, body: graph },
    validateGraph: { params, body: {} },
    cutRevision: { params, body: {} },
    listRevisions: { params },
    readRevision: { params: { ...params, number: "1" } },
    nameRevision: { params: { ...params, number: "1" }, body: { name: "First" } },
    listGraphUses: { params },
    restoreRevision: { params: { ...params, number: "1" }, body: {} },
    publishGraph: { params, body: { revision: 1 } },
    unpublishGraph: { params, body: {} },
    readReferences: { params, body: { keys: [] } },
    listHooks: { params },
    rotateHook: { ...hook, body: {} },
    setHookSecret: { ...hook, body: { secret: "chosen-elsewhere" } },
    revealHookSecret: { ...hook, body: {} },
    listenToHook: { ...hook, body: {} },
    stopListening: hook,
    ...commentSamples(things),
    ...agentSamples(params),
    ...formSamples(params),
    readChatting: { params },
    listChats: { params },
    beginChat: { params, body: {} },
    renameChat: { params: { ...params, chat: "chat_none" }, body: { title: "Other" } },
    deleteChat: { params: { ...params, chat: "chat_none" } },
    listChatTurns: { params: { ...params, chat: "chat_none" } },
    sayInChat: { params: { ...params, chat: "chat_none" }, body: { text: "Hello" } },
    listShares: { params },
    shareGraph: { params, body: { kind: "link", level: "view" } },
    changeShare: { params: share, body: { level: "view" } },
    endShare: { params: { ...params, share: "share_none" } },
  };
}

function formSamples(params: { id: string }): Samples {
  const form = { form: "x".repeat(43) };
  const submission = { submission: "submission_none.no-proof-at-all" };
  return {
    readForm: { params },
    setForm: { params, body: { isOpen: false, title: "Form", description: "", audience: "members", perHour: 1, dailyBudget: null } },
    renewForm: { params },
    listSubmissions: { params },
    openForm: { params: form },
    storeFormFile: { params: form, query: { name: "a.txt" }, body: "some text" },
    submitForm: { params: form, ...UNFIT },
    readSubmission: { params: submission },
    readSubmissionFile: { params: { ...submission, hash: "0".repeat(64) } },
  };
}

/** What is done to agents is done by the routes of graphs. */
function agentSamples(params: { id: string }): Samples {
  return {
    listAgents: {},
    createAgent: { body: { name: "Made" } },
    readAgent: { params },
    renameAgent: { params, body: { description: "changed" } },
    archiveAgent: { params: { id: "graph_none" } },
    replaceAgent: { params, ...UNFIT },
    validateAgent: { params, body: {} },
    cutRevisionOfAgent: { params, body: {} },
    listRevisionsOfAgent: { params },
    readRevisionOfAgent: { params: { ...params, number: "1" } },
    nameRevisionOfAgent: { params: { ...params, number: "1" }, body: { name: "First" } },
    restoreRevisionOfAgent: { params: { ...params, number: "1" }, body: {} },
    publishAgent: { params, body: { revision: 1 } },
    unpublishAgent: { params, body: {} },
  };
}

function commentSamples({ graph, comment }: Things): Samples {
  const params = { id: graph };
  const one = { ...params, comment };
  return {
    listThreads: { params },
    countThreads: { params },
    readThread: { params: one },
    beginThread: { params, body: { body: "Looks good" } },
    replyToThread: { params: one, body: { body: "It does" } },
    // only its author changes one
    changeComment: { params: { ...params, comment: "comment_none" }, body: { body: "changed" } },
    deleteComment: { params: { ...params, comment: "comment_none" } },
    resolveThread: { params: one, body: { resolved: true } },
    listReaders: { params },
  };
}

function knowledgeSamples({ knowledge }: Things): Samples {
  const [collection, document, chunk, job] = [knowledge.collection, knowledge.document, knowledge.chunk, knowledge.job].map((id) => ({ params: { id } }));
  return {
    readKnowledge: {},
    listCollections: {},
    createCollection: { body: { name: "Made" } },
    readCollection: { ...collection },
    changeCollection: { ...collection, body: {} },
    deleteCollection: { params: { id: "collection_none" } },
    reindexCollection: { ...collection, ...UNFIT },
    listKnowledgeDocuments: { ...collection },
    listKnowledgeTags: { ...collection },
    addKnowledgeDocument: { ...collection, ...UNFIT },
    previewChunks: { body: { text: "Some text.", chunking: {} } },
    readKnowledgeDocument: { ...document },
    changeKnowledgeDocument: { ...document, body: {} },
    deleteKnowledgeDocument: { params: { id: "doc_none" } },
    reindexKnowledgeDocument: { ...document, ...UNFIT },
    indexKnowledgeDocument: { ...document, ...UNFIT },
    listChunks: { ...document },
    readChunk: { ...chunk },
    changeChunk: { ...chunk, body: {} },
    // its words would be embedded
    searchKnowledge: UNFIT,
    listContextRules: {},
    setContextRule: { body: { collection: knowledge.collection, subject: "*", rule: null } },
    findThings: { query: { unfit: "true" } },
    listJobs: {},
    readJob: { ...job },
    cancelJob: { ...job, body: {} },
    retryJob: { ...job, body: {} },
  };
}

function runSamples({ graph, otherGraph, run, hash, waitingRun }: Things): Samples {
  const params = { id: run };
  const ended = { params, body: {} };
  return {
    startRun: { params: { id: graph }, body: { entry: "node_in" } },
    listRuns: [{}, { query: { graph } }, { query: { graph: otherGraph } }],
    readRun: { params },
    readSummary: { params },
    readPlan: { params },
    readEvents: { params },
    readSnapshot: { params },
    listCallbacks: { params: { id: waitingRun } },
    readValue: { params: { ...params, hash } },
    cancelRun: ended,
    holdRun: ended,
    resumeRun: ended,
    killRun: { params, body: { reason: "no more" } },
    setBudget: { params, body: { budget: 1 } },
  };
}

function peopleSamples({ workspace }: Things): Samples {
  return {
    readSession: {},
    signIn: UNFIT,
    signOut: { undo: "sign in" },
    signInWithProvider: UNFIT,
    createOwner: UNFIT,
    askForReset: UNFIT,
    resetPassword: UNFIT,
    readProfile: {},
    changeProfile: UNFIT,
    changePassword: UNFIT,
    listSessions: {},
    endSession: { params: { session: "none" } },
    endOtherSessions: { undo: "sign in" },
    switchToTeam: {},
    createWorkspace: UNFIT,
    listMembers: {},
    changeMember: { params: { user: "user_none" }, body: { role: "viewer" } },
    removeMember: { params: { user: "user_none" } },
    leaveWorkspace: { params: { id: workspace }, undo: "join again" },
    listInvitations: {},
    invite: { body: { role: "viewer" } },
    revokeInvitation: { params: { invitation: "invite_none" } },
    lookAtInvitation: UNFIT,
    acceptInvitation: UNFIT,
    listPeople: {},
    listInbox: {},
    countInbox: {},
    markInboxItem: { params: { item: "item_none" }, body: { read: true } },
    markInboxRead: {},
    openShareLink: UNFIT,
    listSharedGraphs: {},
    listTokens: {},
    createToken: { body: { name: "Made", scopes: ["read"] } },
    revokeToken: { params: { token: "token_none" } },
  };
}
