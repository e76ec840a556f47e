"""What a CycloneDX document says as XML, in the shape that it has as JSON."""

import re

from lxml import etree

# What XML 1.0 cannot hold.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def as_xml_can_say(value):
    """The value with the replacement character for each character that XML has no way to write."""
    if isinstance(value, str):
        return FORBIDDEN.sub("\ufffd", value)
    if isinstance(value, list):
        return [as_xml_can_say(each) for each in value]
    if isinstance(value, dict):
        return {key: as_xml_can_say(each) for key, each in value.items()}
    return value


def as_json(root):
    number = etree.QName(root).namespace.rpartition("/")[2]
    document = {"bomFormat": "CycloneDX", "specVersion": number, "serialNumber": root.get("serialNumber")}
    document["version"] = int(root.get("version"))
    for part in root:
        tag = name(part)
        document[tag] = metadata(part) if tag == "metadata" else [LISTS[tag](each) for each in part]
    return document


def name(element):
    return etree.QName(element).localname


def text(element):
    return element.text or ""


def metadata(element):
    result = {}
    for part in element:
        match name(part):
            case "component":
                result["component"] = component(part)
            case "tools":
                result["tools"] = tools(part)
            case other:
                result[other] = value(part)
    return result


def tools(element):
    if name(element[0]) == "tool":
        return [fields(tool) for tool in element]
    return {"components": [component(each) for each in element[0]]}


def component(element):
    result = {"type": element.get("type")}
    if element.get("bom-ref") is not None:
        result["bom-ref"] = element.get("bom-ref")
    for part in element:
        tag = name(part)
        if tag == "evidence":
            identities = [identity(each) for each in part]
            is_old = etree.QName(element).namespace.endswith("/1.5")
            result[tag] = {"identity": identities[0] if is_old else identities}
        else:
            result[tag] = value(part)
    return result


def value(element):
    match name(element):
        case "supplier":
            return organization(element)
        case "authors":
            return [fields(each) for each in element]
        case "lifecycles":
            return [fields(each) for each in element]
        case "licenses":
            return [license_choice(each) for each in element]
        case "hashes":
            return [{"alg": each.get("alg"), "content": text(each)} for each in element]
        case "properties":
            return [{"name": each.get("name"), "value": text(each)} for each in element]
        case "externalReferences":
            return [reference(each) for each in element]
    return text(element)


def fields(element):
    return {name(part): value(part) for part in element}


def organization(element):
    result = {}
    for part in element:
        match name(part):
            case "url":
                result.setdefault("url", []).append(text(part))
            case "contact":
                result.setdefault("contact", []).append(fields(part))
            case other:
                result[other] = text(part)
    return result


def license_choice(element):
    acknowledgement = {key: element.get(key) for key in element.keys()}
    if name(element) == "expression":
        return {"expression": text(element)} | acknowledgement
    return {"license": fields(element) | acknowledgement}


def reference(element):
    return {"type": element.get("type")} | fields(element)


def identity(element):
    result = {}
    for part in element:
        match name(part):
            case "methods":
                result["methods"] = [with_confidence(fields(method)) for method in part]
            case other:
                result[other] = text(part)
    return with_confidence(result)


def with_confidence(result):
    return result | {"confidence": int(result["confidence"])}


def dependency(element):
    return {"ref": element.get("ref"), "dependsOn": [each.get("ref") for each in element]}


def composition(element):
    result = {}
    for part in element:
        refs = [each.get("ref") for each in part]
        result[name(part)] = text(part) if name(part) == "aggregate" else refs
    return result


LISTS = {"components": component, "dependencies": dependency, "compositions": composition}
