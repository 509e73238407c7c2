"""A DICOM archive of one series that keeps to the protocol, except in one way.

misbehaving_peer.py MODE FOLDER PORT: prints its port, and ends when its standard input does. FOLDER holds the series'
files; PORT is where it sends to when it is asked to by C-MOVE. MODE:
    honest         does as it is asked
    other-series   sends an image of another series with them
    bad-uid        sends an image whose UID is a path
    other-name     announces an image under another UID than it has
    unlisted       sends an image that it does not list
    nested         sends an image with sequences without a bottom
    fewer          lists all, and never sends the last one
    no-lists       leaves out the last four of a series, and sends nothing that is asked for by a list of several UIDs
    refuses        refuses to send
    aborts         ends the association after five images
    stalls         says nothing more after five images
"""
import copy
import sys
import threading
import time
from pathlib import Path

import pydicom
from pynetdicom import AE, _config, build_context, evt
from pynetdicom.sop_class import (
    CTImageStorage, StudyRootQueryRetrieveInformationModelFind, StudyRootQueryRetrieveInformationModelGet,
    StudyRootQueryRetrieveInformationModelMove, Verification)

_config.ENFORCE_UID_CONFORMANCE = False
_config.LOG_HANDLER_LEVEL = "none"
pydicom.config.settings.writing_validation_mode = pydicom.config.IGNORE
pydicom.config.settings.reading_validation_mode = pydicom.config.IGNORE

mode, folder, destination = sys.argv[1:4]
images = [pydicom.dcmread(path) for path in sorted(Path(folder).iterdir())]
first = images[0]


def find(event):
    query = event.identifier
    for image in images if query.QueryRetrieveLevel == "IMAGE" else [first]:
        answer = pydicom.Dataset()
        answer.QueryRetrieveLevel = query.QueryRetrieveLevel
        for element in query:
            if element.keyword == "QueryRetrieveLevel":
                continue
            value = image.get(element.keyword, "")
            if element.keyword.startswith("NumberOf"):
                value = 1 if "Series" in element.keyword else len(images)
            elif element.keyword == "ModalitiesInStudy":
                value = "CT"
            setattr(answer, element.keyword, value)
        yield 0xFF00, answer
    yield 0x0000, None


def changed(**tags):
    image = copy.deepcopy(images[-1])
    for keyword, value in tags.items():
        setattr(image, keyword, value)
    return image


def nested(image):
    image = copy.deepcopy(image)
    item = pydicom.Dataset()
    for _ in range(100):
        outer = pydicom.Dataset()
        outer.ReferencedImageSequence = pydicom.Sequence([item])
        item = outer
    image.ReferencedImageSequence = item.ReferencedImageSequence
    return image


def get(event):
    wanted = event.identifier.get("SOPInstanceUID") or []
    wanted = [wanted] if isinstance(wanted, str) else list(wanted)
    sent = [image for image in images if not wanted or image.SOPInstanceUID in wanted]
    if mode == "refuses":
        yield 1
        yield 0xA701, None
        return
    if mode == "other-series":
        sent.insert(0, changed(SOPInstanceUID="1.2.3.4.5", SeriesInstanceUID="1.2.3.4"))
    elif mode == "bad-uid":
        sent.insert(0, changed(SOPInstanceUID="../../../evil"))
    elif mode == "unlisted":
        sent.insert(0, changed(SOPInstanceUID="1.2.3.4.6"))
    elif mode == "nested":
        sent = [nested(image) if image is images[3] else image for image in sent]
    elif mode == "fewer":
        sent = [image for image in sent if image is not images[-1]]
    elif mode == "no-lists" and len(wanted) != 1:
        sent = [] if wanted else sent[:-4]
    yield len(sent)
    for number, image in enumerate(sent):
        if number == 5 and mode == "aborts":
            event.assoc.abort()
            return
        if number == 5 and mode == "stalls":
            time.sleep(60)
            return
        yield 0xFF00, image


def move(event):
    yield ("127.0.0.1", int(destination), {"contexts": [build_context(CTImageStorage)]})
    yield from get(event)


def renamed(encode):
    """Of messages that store an image, the announced UID is changed, and the image is not."""
    def encoded(self, *arguments):
        if type(self).__name__ == "C_STORE_RQ" and mode == "other-name":
            self.command_set.AffectedSOPInstanceUID = "1.2.3.4.7"
        return encode(self, *arguments)
    return encoded


from pynetdicom.dimse_messages import DIMSEMessage  # noqa: E402

DIMSEMessage.encode_msg = renamed(DIMSEMessage.encode_msg)
entity = AE(ae_title="ARCHIVE")
entity.add_supported_context(Verification)
entity.add_supported_context(StudyRootQueryRetrieveInformationModelFind)
entity.add_supported_context(StudyRootQueryRetrieveInformationModelGet)
entity.add_supported_context(StudyRootQueryRetrieveInformationModelMove)
entity.add_supported_context(
    CTImageStorage, [pydicom.uid.ExplicitVRLittleEndian, pydicom.uid.ImplicitVRLittleEndian], scu_role=True, scp_role=True)
server = entity.start_server(
    ("127.0.0.1", 0), block=False, evt_handlers=[
        (evt.EVT_C_ECHO, lambda event: 0x0000), (evt.EVT_C_FIND, find), (evt.EVT_C_GET, get),
        (evt.EVT_C_MOVE, move)])
print(server.socket.getsockname()[1], flush=True)
sys.stdin.read()
threading.Thread(target=server.shutdown, daemon=True).start()
