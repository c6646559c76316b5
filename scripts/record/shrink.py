"""Keeps of a recorded file what tells of calls: long texts are cut where they are none of it."""
import json,sys
src,dst=sys.argv[1:]
d=json.load(open(src))
DROP=("code.filepath","code.lineno","logfire.json_schema","gen_ai.tool.definitions","model_request_parameters","gen_ai.event.start_time","gen_ai.event.end_time","llm.invocation_parameters","tool.description","gen_ai.tool.description","langsmith.metadata.LANGSMITH","langsmith.metadata.ls_","langsmith.metadata.langgraph","traceloop.association.properties.langgraph","traceloop.association.properties.checkpoint","traceloop.association.properties.ls_","gen_ai.usage","gen_ai.task.","gen_ai.workflow","langsmith.metadata.lc_versions","langsmith.metadata.checkpoint","pydantic_ai.all_messages")
for r in d["resourceSpans"]:
    r["resource"]["attributes"]=[a for a in r["resource"].get("attributes",[]) if a["key"]=="service.name"]
    for sc in r["scopeSpans"]:
        for s in sc["spans"]:
            s["attributes"]=[a for a in s.get("attributes",[]) if not a["key"].startswith(DROP)]
            s["events"]=[e for e in s.get("events",[]) if e["name"]!="exception"] + [{"name":"exception","attributes":[a for a in e["attributes"] if a["key"]=="exception.type"]} for e in s.get("events",[]) if e["name"]=="exception"]
            for k in ("flags","endTimeUnixNano","droppedAttributesCount"): s.pop(k,None)
            if not s["events"]: s.pop("events")
            # what chains and graphs were given and gave, besides the step of tools
            tool=any(a["key"] in("gen_ai.tool.name","tool.name") for a in s["attributes"])
            if not tool:
                keep=[]
                for a in s["attributes"]:
                    v=a["value"].get("stringValue","")
                    if len(v)>900 and not a["key"].startswith("metadata"): continue
                    keep.append(a)
                s["attributes"]=keep
            for a in s["attributes"]:
                if a["key"]=="metadata":
                    m=json.loads(a["value"]["stringValue"]) or {}; a["value"]["stringValue"]=json.dumps({k:m[k] for k in m if k in("lc_agent_name","user_id","thread_id")})
json.dump(d,open(dst,"w"),separators=(",",":"),ensure_ascii=False)
