// Nearly every value of a case names a structure, and so does whoever handles cases: about a hundred files would
// import both, always together.
@_exported import Anatomy
