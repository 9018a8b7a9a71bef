import Hindsight
